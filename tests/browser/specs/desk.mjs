// People at the desk, on a phone-size screen: a customer waits for a person, who finds the reason, a clock, a draft, ready replies and
// a place for private notes. And a bank's statement that makes a payment one tap.
import { Phone, looks, same, until } from "../harness.mjs";

const small = looks[0];

async function waits(t) {
  const phone = await Phone.pick(t);
  await phone.says("Hello, my name is Ada Obi");
  await phone.says("I want to speak to a person please");
  return phone;
}

export default {
  async "a customer who waits is answered with a draft, and the note stays inside"(t) {
    const phone = await waits(t);
    const page = await t.owner(small);
    await t.fits(page, "today");
    await t.axe(page, "today with somebody who waits");
    await page.locator("article.need a", { hasText: "Answer Ada" }).click();
    await page.locator("#suggested").waitFor();
    const draft = (await page.locator("#suggested").innerText()).trim();
    if (!/Hello Ada/.test(draft)) throw new Error(`the draft does not know her: ${draft}`);
    await page.getByText("left to answer").first().waitFor();
    await t.fits(page, "a thread that waits");
    await t.axe(page, "a thread that waits");
    await t.shot("desk-thread-phone", page);
    // A tap puts it into the box; nothing is sent by that.
    const before = (await phone.received()).length;
    await page.locator("a", { hasText: "Put it in the box" }).click();
    await until("the draft in the box", async () => (await page.locator("#reply").inputValue()) === draft);
    same((await phone.received()).length, before, "messages on the phone");
    await page.locator("#reply").fill("");
    // A private note.
    await page.locator("#jot summary").click();
    await page.locator("#jot-text").fill("zqx she is a friend of the house");
    await page.locator("#jot button").click();
    await page.locator(".msg.private", { hasText: "zqx she is a friend" }).waitFor();
    await t.axe(page, "a thread with a note");
    await t.fits(page, "a thread with a note");
    // Hers from now on, and the answer stops the clock.
    await page.locator("#reply").fill("Hello Ada, I am here.");
    await page.locator(".composer .box button").click();
    await phone.hears(/Hello Ada, I am here\./);
    await until("the clock to stop", async () => (await page.getByText("left to answer").count()) === 0);
    await page.goto(`${t.url}/app/messages?show=mine`);
    await page.locator("a.conv", { hasText: "Ada Obi" }).waitFor();
    await t.fits(page, "mine");
    if ((await phone.received()).some((m) => /zqx/.test(m))) throw new Error("the note reached the customer");
  },

  async "ready replies are written once and picked by their name"(t) {
    t.expected.push(/status of 422/);
    const phone = await waits(t);
    const page = await t.owner(small);
    await page.goto(`${t.url}/app/ready-replies`);
    await page.locator("#rr-name").fill("two words");
    await page.locator("#rr-text").fill("x");
    await page.locator("form[action='/app/ready-replies'] button").click();
    await page.locator("#name-e").waitFor();
    for (const [name, text] of [["way", "Hello {name}, we are at 5 Allen Avenue. {business}"], ["thanks", "Thank you, {name}!"]]) {
      await page.locator("#rr-name").fill(name);
      await page.locator("#rr-text").fill(text);
      await page.locator("form[action='/app/ready-replies'] button").click();
      await page.locator("summary", { hasText: `/${name}` }).waitFor();
    }
    await t.fits(page, "ready replies");
    await t.axe(page, "ready replies");
    await t.shot("desk-ready-phone", page);
    await page.goto(`${t.url}/app/messages`);
    await page.locator("a.conv", { hasText: "Ada Obi" }).click();
    await page.locator("#reply").pressSequentially("/w");
    await page.locator("#ready a:visible", { hasText: "/way" }).waitFor();
    same(await page.locator("#ready a:visible").count(), 1, "replies that fit");
    await t.axe(page, "ready replies under the box");
    await page.locator("#reply").press("Enter");
    const box = page.locator("#reply");
    await until("the words in the box", async () => /^Hello Ada Obi, we are at 5 Allen Avenue\. /.test(await box.inputValue()));
    await page.locator(".composer .box button").click();
    await phone.hears(/Hello Ada Obi, we are at 5 Allen Avenue\./);
  },

  async "a conversation is given to somebody"(t) {
    await waits(t);
    const page = await t.owner(small);
    await page.goto(`${t.url}/app/messages`);
    await page.locator("a.conv", { hasText: "Ada Obi" }).click();
    const mine = page.locator("#whose option", { hasText: "(you)" });
    await page.locator("#whose").selectOption(await mine.getAttribute("value"));
    await page.locator(".care button").click();
    await page.locator(".sep", { hasText: "takes care of this" }).waitFor();
    await t.axe(page, "a thread that is mine");
  },

  async "a bank statement makes a payment one tap"(t) {
    const phone = await Phone.pick(t);
    for (const words of ["I want 2 meat pies please", "I will pick it up"]) await phone.says(words);
    const placed = await phone.says("yes, place it");
    const [, total] = /Total: ₦([\d,]+)/.exec(placed) ?? [];
    const [, reference] = /reference:? ([0-9A-Z]{6})/i.exec(placed) ?? [];
    if (!total || !reference) throw new Error(`no total or reference: ${placed}`);
    // The bank's day is the business's: after eleven at night in Greenwich it is tomorrow in Lagos.
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Africa/Lagos" }).format(new Date());
    const csv = `Statement of,0123456789\n\nDate,Narration,Debit,Credit\n${today},NIP/ADA OBI/${reference},,"${total}.00"\n${today},AIRTIME,500.00,\nsoon,x,,1\n`;
    const page = await t.owner(small);
    await page.goto(`${t.url}/app/payments/statement`);
    await t.axe(page, "the form of a statement");
    await page.locator("#file").setInputFiles({ name: "november.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await page.locator("button", { hasText: "Try it" }).click();
    await page.locator("button", { hasText: "Take it in" }).waitFor();
    await t.fits(page, "a statement that was tried");
    await t.axe(page, "a statement that was tried");
    await t.shot("desk-statement-phone", page);
    await page.locator("button", { hasText: "Take it in" }).click();
    await page.locator("a", { hasText: "Look at the payments" }).click();
    await page.locator(".review", { hasText: "Seen at the bank" }).waitFor();
    await t.fits(page, "a payment seen at the bank");
    await t.axe(page, "a payment seen at the bank");
    await page.locator(".review button.primary", { hasText: "Approve" }).click();
    await phone.hears(/is paid/);
  },

  async "what was typed when a session ended is there after signing in"(t) {
    const phone = await waits(t);
    const page = await t.owner(small);
    t.expected.push(/status of 401/);
    await page.goto(`${t.url}/app/settings?part=people`);
    await page.locator("#pname").fill("Bisi");
    await page.locator("#pmail").fill("bisi@example.com");
    await page.locator("form[action='/app/settings/members'] button").click();
    const link = await page.locator("#invite").inputValue();
    const other = await t.page(small);
    await other.goto(link);
    await other.locator("input[type=password]").first().fill("correct horse battery");
    await other.locator("button.primary").click();
    await until("the dashboard", () => new URL(other.url()).pathname === "/app");
    const again = async () => {
      await other.locator("#email").fill("bisi@example.com");
      await other.locator("#password").fill("correct horse battery");
      await other.locator("button.primary").click();
    };
    // A reply, which goes in the background.
    await other.goto(`${t.url}/app/messages`);
    await other.locator(".conv").first().click();
    await other.locator("#reply").waitFor();
    const thread = other.url();
    await other.context().clearCookies();
    await other.locator("#reply").fill("zqx your cake is ready");
    await other.locator("#composer button.primary").click();
    await again();
    await until("the words in the box", async () => (await other.locator("#reply").inputValue()) === "zqx your cake is ready");
    same(other.url(), thread, "the page after signing in");
    await other.locator("#composer button.primary").click();
    await phone.hears(/zqx your cake is ready/);
    // A page of its own: it comes back to the page the form was on.
    await other.goto(`${t.url}/app/customers`);
    await other.locator('main a[href^="/app/customers/"]').first().click();
    await other.locator("#newnote").fill("zqx likes it sweet");
    const customer = other.url();
    await other.context().clearCookies();
    await other.locator("form:has(#newnote) button").click();
    await again();
    await until("the note in its box", async () => (await other.locator("#newnote").inputValue()) === "zqx likes it sweet");
    same(other.url(), customer, "the page after signing in");
    // Sent, it is not put back a second time.
    await other.locator("form:has(#newnote) button").click();
    await other.locator("main", { hasText: "zqx likes it sweet" }).waitFor();
    same(await other.locator("#newnote").inputValue(), "", "the box after sending");
  },
};
