// A customer orders on the simulated phone and pays on the practice page, without script, at phone size; the owner sees the money, gives a
// part back, and finds the day in the insights.
import { Phone, looks, until } from "../harness.mjs";

export default {
  async "pay by the practice page, give a part back, see the figures"(t) {
    const phone = await Phone.pick(t);
    await phone.says("Good afternoon, I want 2 large jollof rice please");
    await phone.says("I will pick it up");
    await phone.says("yes, place it");
    const said = await phone.hears(/pay ₦[\d,]+ for order \d+ here/i);
    const link = phone.page.locator('.msg a.btn[href*="/pay/"]').last();
    await link.waitFor();
    const href = await link.getAttribute("href");

    const small = await t.page(looks[0]);
    const paid = await small.goto(new URL(href, t.url).href);
    if (!paid.ok()) throw new Error(`the pay page answers ${paid.status()} after: ${said}`);
    await t.fits(small, "pay");
    await t.axe(small, "pay");
    await t.shot("pay", small);
    await small.locator("main form button.primary").click();
    await small.locator(".note.ok").waitFor();
    await phone.hears(/received|paid|confirmed/i);

    const page = await t.owner(looks[0]);
    await page.goto(`${t.url}/app/orders`);
    await page.locator('main a[href^="/app/orders/"]').first().click();
    await page.locator("#money .pill.ok").waitFor();
    await page.locator("#give-back summary").click();
    await page.locator("#rf-a").fill("1,000");
    await page.locator("#rf-r").fill("One plate was cold");
    await t.fits(page, "give-back");
    await t.axe(page, "give-back");
    await page.locator("#give-back button.danger").click();
    await until("the refund to stand there", async () => /Partly given back/.test(await page.locator("#money").innerText()));
    await phone.hears(/1,000/);

    await page.goto(`${t.url}/app/insights?days=7`);
    await t.fits(page, "insights");
    await t.axe(page, "insights");
    await t.shot("insights", page);
    if (!/7,000/.test(await page.locator(".figures").innerText())) throw new Error("the sale is not in the figures");
  },
};
