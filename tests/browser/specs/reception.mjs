// The reception: an assistant is set up and sounds like it, what a customer tells is seen and forgotten, a reading is corrected.
import { Phone, looks, until } from "../harness.mjs";

async function check(t, page, path, name) {
  for (const how of [looks[0], looks[1]]) {
    const view = await t.owner(how);
    await view.goto(`${t.url}${path}`);
    await t.fits(view, name);
    await t.axe(view, name);
    await t.shot(`reception-${name}-${how.name}`, view);
  }
}

export default {
  async "an assistant is set up, sounds like it, and is changed"(t) {
    const page = await t.owner();
    await page.goto(`${t.url}/app/assistants`);
    await page.locator('a[href="/app/assistants/new"]').click();
    await page.locator("#title").fill("Front desk");
    await page.locator("#tone").selectOption("formal");
    await page.locator("#greeting").fill("Welcome to the front desk.");
    await page.locator("form.cols button.primary").click();
    await until("the assistant to be listed", async () => page.getByText("front-desk").isVisible());
    const phone = await Phone.pick(t);
    const hello = await phone.says("Good afternoon");
    if (!/Welcome to the front desk/.test(hello) || !/AI assistant/.test(hello)) throw new Error(`the greeting is not said: ${hello}`);
    const thanks = await phone.says("thank you very much");
    if (!/pleasure/.test(thanks)) throw new Error(`the tone is not formal: ${thanks}`);
    await page.goto(`${t.url}/app/assistants`);
    await page.locator('main a[href^="/app/assistants/"]:not([href$="/new"])').first().click();
    await page.locator("#tone").selectOption("brief");
    await page.locator("form.cols button.primary").click();
    await until("the list", async () => page.url().endsWith("/app/assistants"));
    const again = await phone.says("thank you so much");
    if (/pleasure/.test(again)) throw new Error(`the tone did not change: ${again}`);
    await check(t, page, "/app/assistants", "assistants");
    await check(t, page, "/app/assistants/new", "assistant-new");
  },

  async "what a customer tells is seen with its source and forgotten"(t) {
    const phone = await Phone.pick(t);
    const said = await phone.says("I am allergic to peanuts. My office is at 12 Marina Road");
    if (!/peanuts/.test(said)) throw new Error(`it is not noted: ${said}`);
    const page = await t.owner();
    await page.goto(`${t.url}/app/messages`);
    await page.locator('main a[href^="/app/messages/"]').first().click();
    await page.locator('.panel a[href^="/app/customers/"]').first().click();
    await page.locator("#memory").getByText("peanuts").first().waitFor();
    await check(t, page, new URL(page.url()).pathname, "memory");
    await page.locator("#memory details summary", { hasText: "peanuts" }).click();
    await page.locator("#memory").getByRole("button", { name: "Forget: peanuts" }).click();
    await until("the allergy to be forgotten", async () => (await page.locator("#memory").getByText("peanuts").count()) === 0);
    const known = await phone.says("what do you know about me?");
    if (/peanuts/.test(known) || !/12 Marina/.test(known)) throw new Error(`it still knows: ${known}`);
    await phone.says("forget what you know about me");
    await page.reload();
    if ((await page.locator("#memory").getByText("12 Marina").count()) !== 0) throw new Error("the address is still there");
  },

  async "a reading is corrected with one tap"(t) {
    const phone = await Phone.pick(t);
    await phone.says("the thing wey una bring no correct at all");
    const page = await t.owner();
    await page.goto(`${t.url}/app/intents`);
    const row = page.locator('[id^="m-"]').first();
    await row.getByRole("button", { name: "Needs a person" }).click();
    await until("it to be learned", async () => /you said so/.test(await page.locator('[id^="m-"]').first().innerText()));
    await check(t, page, "/app/intents", "intents");
    await page.goto(`${t.url}/app/work-log`);
    await page.locator('main a[href^="/app/work-log/"]').first().click();
    if (!/% sure/.test(await page.locator("main").innerText())) throw new Error("the work log does not say how the message was read");
  },
};
