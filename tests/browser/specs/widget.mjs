// The chat on somebody else's page, served from another port.
import { createServer } from "node:http";
import { until } from "../harness.mjs";

const foreign = (script) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page of somebody else</title>
<link rel="icon" href="data:,"></head><body><main><h1>A page of somebody else</h1></main><script src="${script}" async></script></body></html>`;

export default {
  async "the chat on a foreign page"(t) {
    const server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(foreign(`${t.url}/b/mama-nkechi/widget.js`)));
    await new Promise((done) => server.listen(0, "127.0.0.1", done));
    try {
      const page = await t.page();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      // The button is in a closed shadow root: it is clicked where a person sees it, at the lower right.
      await page.locator("#steward-chat").waitFor();
      await page.mouse.click(1280 - 16 - 30, 800 - 16 - 26);
      const chat = await until("the chat's frame", () => page.frames().find((f) => f.url().includes("/b/mama-nkechi/chat")));
      await chat.locator("#say").fill("Do you have egusi soup?");
      await chat.locator("form.say button").click();
      const answers = chat.locator(".msg:not(.mine):not(#writing) .words");
      await until("an answer in the chat", async () => (await answers.count()) > 0, 20_000).catch(async (error) => {
        throw new Error(`${error.message}, which shows at ${chat.url()}:\n${await chat.locator("body").innerText()}`);
      });
    } finally {
      server.close();
    }
  },

  async "the chat on the business's own page"(t) {
    const page = await t.page();
    // The part that keeps the page live arrives last, as on a slow line.
    await page.route(/hx-sse/, (route) => setTimeout(() => route.continue(), 600));
    await page.goto(`${t.url}/b/mama-nkechi`);
    await page.locator("#widget #say").fill("How much is jollof rice?");
    await page.locator("#widget form.say button").click();
    const answer = page.locator("#widget .msg:not(.mine):not(#writing) .words");
    await until("an answer with the price", async () => (await answer.allInnerTexts()).some((text) => text.includes("2,500")), 20_000);
  },

  async "Arabic is shown from right to left"(t) {
    const page = await t.page();
    await page.goto(`${t.url}/b/mama-nkechi/chat`);
    await page.locator("#say").fill("السلام عليكم، بكم jollof rice؟");
    if ((await page.locator("#say").evaluate((e) => getComputedStyle(e).direction)) !== "rtl") throw new Error("The field is not written from right to left.");
    await page.locator("form.say button").click();
    const answer = page.locator(".msg:not(.mine):not(#writing) .words");
    await until("an answer with the price", async () => (await answer.allInnerTexts()).some((text) => text.includes("2,500")), 20_000);
    const ways = await page.locator(".msg:not(#writing) .words").evaluateAll((all) => all.map((e) => `${getComputedStyle(e).direction} ${getComputedStyle(e).textAlign}`));
    if (ways[0] !== "rtl start") throw new Error(`The customer's words run ${ways[0]}.`);
    if (!ways.slice(1).some((way) => way === "rtl start")) throw new Error(`No answer runs from right to left: ${ways.join(", ")}.`);
  },
};
