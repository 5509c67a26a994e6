// The owner uploads a document, tries it, a customer asks; what is not known is answered by a person and then by Steward.
import { Phone, until } from "../harness.mjs";

const RULES = `# Shop rules

## Parking

Guests park in the yard behind the kitchen. The gate closes at 23:00.

## Birthdays

We bake a birthday cake when you order it three days ahead.
`;

export default {
  async "upload, ask, cite, not known, approve, answered"(t) {
    const page = await t.owner();
    await page.goto(`${t.url}/app/answers`);
    await page.locator("#files").setInputFiles({ name: "shop-rules.md", mimeType: "text/markdown", buffer: Buffer.from(RULES) });
    await page.getByRole("button", { name: "Upload" }).click();
    await until("the document to be ready", async () => {
      const row = page.locator("table.doc tr", { hasText: "Shop rules" });
      return (await row.count()) === 1 && /Ready/.test(await row.innerText());
    });

    await page.locator('form.ask input[name="q"]').fill("where can I park my car?");
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.locator(".answer", { hasText: "behind the kitchen" }).waitFor();
    if ((await page.locator(".chunk mark").count()) === 0) throw new Error("the sentence that answers is not marked");
    await t.axe(page, "an answer with its passages");

    const phone = await Phone.pick(t);
    const said = await phone.says("where can I park my car?");
    if (!/behind the kitchen/.test(said) || !/From: Shop rules/.test(said)) throw new Error(`no answer with its source: ${said}`);
    const unknown = await phone.says("do you have a playground for children?");
    if (!/not in my documents/.test(unknown)) throw new Error(`it does not say that it does not know: ${unknown}`);

    // A person answers in the chat; their words are the draft.
    await page.goto(`${t.url}/app/messages`);
    await page.locator('main a[href^="/app/messages/"]').first().click();
    await page.locator("#reply").fill("Yes, there is a small playground beside the car park.");
    await page.locator("#composer button.primary").click();
    await phone.hears(/small playground/);

    await page.goto(`${t.url}/app/answers`);
    const gap = page.locator(".gaps details", { hasText: "playground" });
    await gap.locator("summary").click();
    if (!/small playground/.test(await gap.locator("textarea").inputValue())) throw new Error("the person's words are not the draft");
    await t.axe(page, "a question to approve");
    await gap.getByRole("button", { name: "Approve this answer" }).click();
    await page.locator("table.doc tr", { hasText: "Answers we gave" }).waitFor();

    await page.locator('form.ask input[name="q"]').fill("is there a playground for kids?");
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.locator(".answer", { hasText: "small playground" }).waitFor();
  },

  async "what cannot be read says why"(t) {
    // The browser notes an answer that says what is wrong.
    t.expected.push(/status of 422/);
    const page = await t.owner();
    await page.goto(`${t.url}/app/answers`);
    await page.locator("#files").setInputFiles([
      { name: "broken.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 nothing") },
      { name: "program.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ\0\0") },
    ]);
    await page.getByRole("button", { name: "Upload" }).click();
    await page.locator(".note.bad", { hasText: "program.exe was not added" }).waitFor();
    await page.goto(`${t.url}/app/answers`);
    await until("the broken file to be told", async () => /damaged/.test(await page.locator("table.doc").innerText()));
    await page.locator("#url").fill("https://127.0.0.1/secret");
    await page.getByRole("button", { name: "Read this page" }).click();
    await page.locator(".note.bad", { hasText: "private network" }).waitFor();
    await t.axe(page, "an address that is refused");
  },
};
