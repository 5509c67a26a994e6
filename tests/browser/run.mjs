// The real pages in a real browser. Starts the demo, runs every spec in specs/ (or those named on the command line),
// prints one line for each and at the end "browser: N passed, N failed".
import { readdir } from "node:fs/promises";
import { launch, open } from "./harness.mjs";

const only = process.argv.slice(2);
const folder = new URL("./specs/", import.meta.url);
const files = (await readdir(folder)).filter((f) => f.endsWith(".mjs")).sort();
let passed = 0;
let failed = 0;
const browser = await launch();
try {
  for (const file of files) {
    const { default: specs } = await import(new URL(file, folder));
    for (const [name, spec] of Object.entries(specs)) {
      const title = `${file.replace(".mjs", "")}: ${name}`;
      if (only.length && !only.some((word) => title.includes(word))) continue;
      const started = Date.now();
      const t = await open(browser, await spec.env?.());
      let problems = [];
      try {
        await spec(t);
      } catch (error) {
        problems.push(error.stack ?? String(error));
        await t.shot("failed-" + title.replace(/[^a-z0-9]+/gi, "-")).catch(() => {});
      }
      problems = [...problems, ...t.problems];
      await t.close();
      const took = `${((Date.now() - started) / 1000).toFixed(1)} s`;
      if (problems.length === 0) {
        passed += 1;
        console.log(`ok    ${title} (${took})`);
      } else {
        failed += 1;
        console.log(`FAIL  ${title} (${took})\n${problems.map((p) => "      " + p.replaceAll("\n", "\n      ")).join("\n")}`);
      }
    }
  }
} finally {
  await browser.close();
}
console.log(`browser: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
