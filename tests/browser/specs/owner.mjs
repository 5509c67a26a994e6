// What the owner relies on while parts of a page are drawn anew: the keyboard stays where they work, a part that could not fetch itself
// tries again, and money of a cancelled order is asked about first.
import { Phone, looks, same, until } from "../harness.mjs";

const focus = (page) => page.evaluate(() => {
  const on = document.activeElement;
  return on === document.body ? "nothing" : on.closest("[data-row]")?.id || on.id || on.getAttribute("aria-label") || on.textContent.trim();
});

async function order(t) {
  const phone = await Phone.pick(t);
  await phone.says("Good afternoon, I want 2 large jollof rice please");
  await phone.says("I will pick it up");
  await phone.says("yes, place it");
  return phone;
}

export default {
  async "the keyboard stays where somebody works"(t) {
    const phone = await order(t);
    await phone.says("I paid");
    const page = await t.owner();
    await page.goto(`${t.url}/app/orders`);
    await page.locator('section[aria-labelledby="l-check"] a[href^="/app/orders/"]').first().click();
    const approve = page.locator("#review button.primary");
    await approve.focus();
    await page.keyboard.press("Enter");
    await until("the order to be paid", async () => /Paid/.test(await page.locator("h1").innerText()));
    await until("the keyboard to be somewhere", async () => (await focus(page)) !== "nothing");
    // A tile that moves takes it along.
    await page.goto(`${t.url}/app/orders`);
    const tile = page.locator(`section[aria-labelledby="l-paid"] .tile`).first();
    const id = await tile.getAttribute("id");
    await tile.locator("button[data-next]").focus();
    await page.keyboard.press("Enter");
    await page.locator(`section[aria-labelledby="l-prep"] #${id}`).waitFor();
    await until("the moved tile to have the keyboard", async () => (await focus(page)) === id);
    // Also when the news have drawn the board once more.
    await page.waitForTimeout(1800);
    same(await focus(page), id, "the keyboard after the news");
    // Who takes a chat over stays on that button; what is taken back is in the box again.
    await page.goto(`${t.url}/app/messages`);
    await page.locator(".conv").first().click();
    await page.locator("button.you").focus();
    await page.keyboard.press("Enter");
    await page.locator('button.you[aria-pressed="true"]').waitFor();
    await until("the button to have the keyboard", async () => (await focus(page)) === "I answer");
  },

  async "a part that could not fetch itself tries again"(t) {
    t.expected.push(/ERR_FAILED|ERR_INTERNET_DISCONNECTED|htmx|Failed to fetch/);
    const page = await t.owner();
    await page.goto(`${t.url}/app/orders`);
    const link = page.locator("main [data-link]").first();
    await until("the line", async () => (await link.innerText()) === "Live");
    let gone = true;
    await page.route("**/app/orders*", (route) => (gone ? route.abort() : route.continue()));
    await order(t);
    await until("the page to say that it is behind", async () => /lost/.test(await link.innerText()));
    gone = false;
    await page.locator(`section[aria-labelledby="l-unpaid"] .tile`).first().waitFor();
    await until("the page to say that it is live", async () => (await link.innerText()) === "Live");
  },

  async "a paid order is cancelled only after a question"(t) {
    const phone = await order(t);
    await phone.says("I paid");
    for (const look of [looks[0], looks[3]]) {
      const page = await t.owner(look);
      await page.goto(`${t.url}/app/orders`);
      await page.locator('main a[href^="/app/orders/"]').first().click();
      const review = page.locator("#review button.primary");
      if (await review.count()) await review.click();
      await page.locator("details.give-up summary").click();
      await page.locator("details.give-up", { hasText: "has been paid. Cancel anyway?" }).waitFor();
      await t.fits(page, "the question before cancelling");
      await t.axe(page, "the question before cancelling");
      await t.shot(`cancel-${look.name}`, page);
    }
    const page = t.last;
    await page.locator("details.give-up form button").click();
    await page.locator("#money", { hasText: "is to be given back" }).waitFor();
    // What was folded before stays so when the page is drawn anew.
    if (!(await page.locator("#rf-a").isVisible())) await page.locator("#give-back summary").click();
    await page.locator("#rf-a").fill("99999999");
    await page.locator("#rf-r").fill("We are closed");
    t.expected.push(/status of 422/);
    await page.locator("#give-back button.danger").click();
    await page.locator("#give-back .err", { hasText: "At most" }).waitFor();
    same(await page.locator("#rf-r").inputValue(), "We are closed", "the reason");
    await t.axe(page, "an amount that is too large");
    await page.goto(`${t.url}/app`);
    await page.locator(".need", { hasText: "Give back ₦" }).waitFor();
    await t.fits(page, "today");
    await t.axe(page, "today");
  },
};
