// What specs need: a fresh demo, a page that reports every complaint of the browser, axe, pictures.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = here("./shots/");
mkdirSync(shots, { recursive: true });

/** Widths and schemes every page is looked at in. */
export const looks = [
  { name: "phone-light", width: 390, height: 844, scheme: "light" },
  { name: "phone-dark", width: 390, height: 844, scheme: "dark" },
  { name: "desk-light", width: 1280, height: 800, scheme: "light" },
  { name: "desk-dark", width: 1280, height: 800, scheme: "dark" },
];

export async function launch() {
  const path = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((p) => p && existsSync(p));
  if (!path) throw new Error("No Chromium found. Install it, or set CHROMIUM to its path.");
  return chromium.launch({
    executablePath: path,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** A demo of its own: its JSON line, and how to stop it. `more` are variables beside those of this process. */
export async function demo(more = {}) {
  const target = resolve(here("../.."), process.env.CARGO_TARGET_DIR ?? "target");
  const binary = process.env.STEWARD ?? `${target}/debug/steward`;
  const env = Object.fromEntries(Object.entries(process.env).filter(([k]) => !/^(STEWARD_|WHATSAPP_|RUST_LOG)|_API_KEY$|_BASE_URL$/.test(k)));
  const child = spawn(binary, ["demo", "--listen", "127.0.0.1:0", "--json"], { env: { ...env, ...more }, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (d) => (log += d));
  const line = await new Promise((done, fail) => {
    createInterface({ input: child.stdout }).once("line", done);
    child.once("error", fail);
    child.once("exit", (code) => fail(new Error(`The demo ended with ${code}.\n${log}`)));
  });
  const stop = () =>
    new Promise((done) => {
      if (child.exitCode !== null) return done();
      const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
      child.once("exit", () => done(clearTimeout(late)));
      child.kill("SIGINT");
    });
  return { ...JSON.parse(line), log: () => log, stop };
}

/** Everything one spec works with; `problems` fills up by itself. */
export async function open(browser, more) {
  const steward = await demo(more);
  const problems = [];
  const contexts = [];
  const t = {
    ...steward,
    problems,
    /** Complaints of the browser that a spec expects, as patterns. */
    expected: [],
    browser,

    /** A page in a context of its own. */
    async page(look = looks[2]) {
      const context = await browser.newContext({ viewport: { width: look.width, height: look.height }, colorScheme: look.scheme, reducedMotion: "reduce", timezoneId: "Africa/Lagos" });
      contexts.push(context);
      await context.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", (e) => console.error(`CSP: ${e.violatedDirective} blocked ${e.blockedURI} ${e.sourceFile ?? ""}:${e.lineNumber}`));
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const complain = (text) => t.expected.some((e) => e.test(text)) || problems.push(text);
      page.on("console", (m) => m.type() === "error" && complain(`console on ${page.url()}: ${m.text()}`));
      page.on("pageerror", (e) => complain(`error on ${page.url()}: ${e.message}`));
      page.on("response", (r) => r.status() >= 500 && complain(`${r.status()} from ${r.url()}`));
      page.on("request", (r) => /^https?:/.test(r.url()) && !/^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(r.url()) && complain(`asked another host: ${r.url()}`));
      t.last = page;
      return page;
    },

    /** A page where the owner is signed in. The link works once, so every later page gets the first one's cookies. */
    async owner(look) {
      const page = await t.page(look);
      if (t.cookies) await page.context().addCookies(t.cookies);
      await page.goto(t.cookies ? `${t.url}/app` : t.sign_in_url);
      if (new URL(page.url()).pathname !== "/app") throw new Error(`signing in led to ${page.url()}`);
      t.cookies = await page.context().cookies();
      return page;
    },

    /** What axe finds on a page: A, AA, 2.2 AA and best practice. */
    async axe(page, where) {
      await page.evaluate(axeSource);
      const found = await page.evaluate(async () => {
        const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
        const { violations } = await globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } });
        return violations.map((v) => `${v.id} (${v.impact}): ${v.help}\n  ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join("\n  ")}`);
      });
      found.forEach((f) => problems.push(`axe on ${where}: ${f}`));
    },

    /** Nothing may be wider than the window. */
    async fits(page, where) {
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) problems.push(`${where} is ${over} px wider than the window`);
    },

    async shot(name, page = t.last) {
      await page?.screenshot({ path: `${shots}${name}.png` });
    },

    async close() {
      for (const c of contexts) await c.close();
      await steward.stop();
      const panics = steward.log().split("\n").filter((l) => /panicked at|ERROR/.test(l));
      panics.forEach((p) => problems.push(`log: ${p}`));
    },
  };
  return t;
}

/** Waits until `check` gives something true; its last value. */
export async function until(what, check, ms = 15_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${ms / 1000} s for ${what}`);
    await new Promise((r) => setTimeout(r, 150));
  }
}

export function same(got, wanted, what) {
  if (got !== wanted) throw new Error(`${what}: got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
}

/** The simulated phone in the dashboard. */
export class Phone {
  constructor(t, page) {
    this.t = t;
    this.page = page;
  }
  static async pick(t) {
    const page = await t.owner();
    await page.goto(`${t.url}/app/phone`);
    return new Phone(t, page);
  }
  /** Texts the business sent, oldest first. */
  async received() {
    return this.page.locator(".device .msg:not(.mine):not(.writing) .words").allInnerTexts();
  }
  /** Writes and waits for what comes back. */
  async says(text) {
    const before = (await this.received()).length;
    await this.page.locator("#say").fill(text);
    await this.page.locator(".device form.say button").click();
    await until(`an answer to "${text}"`, async () => (await this.received()).length > before);
    return (await this.received()).slice(before).join("\n");
  }
  /** Waits for news that match. */
  async hears(pattern, ms) {
    return until(`${pattern} on the phone, which shows:\n${(await this.received()).join("\n---\n")}\n`, async () => (await this.received()).find((m) => pattern.test(m)), ms);
  }
}
