// A customer orders on the simulated phone and pays; the owner approves and moves the order on; each step arrives.
import { Phone, until } from "../harness.mjs";

async function order(phone) {
  await phone.says("Good afternoon, I want 2 large jollof rice please");
  await phone.says("I will pick it up");
  return phone.says("yes, place it");
}

/** Moves an open order on with the button that leads to `to`. */
async function move(page, to) {
  const form = page.locator("form.move", { has: page.locator(`input[name="to"][value="${to}"]`) });
  await form.locator("button").click();
  await until(`the order to be ${to}`, async () => (await form.count()) === 0);
}

export default {
  async "order, pay, approve, move on"(t) {
    const phone = await Phone.pick(t);
    const placed = await order(phone);
    if (!/7,000/.test(placed)) throw new Error(`the total of the order is not said: ${placed}`);
    await phone.says("I paid");

    const page = await t.owner();
    await page.goto(`${t.url}/app`);
    await page.goto(`${t.url}/app/orders`);
    await page.locator('main a[href^="/app/orders/"]').first().click();
    await page.locator("#review").waitFor();
    await t.axe(page, "an order with a payment to check");
    await page.locator("#review button.primary").click();
    await until("the review to end", async () => (await page.locator("#review").count()) === 0);
    await phone.hears(/received|paid|confirmed/i);
    await move(page, "preparing");
    await move(page, "ready_for_pickup");
    await phone.hears(/ready for pickup/i);
    await move(page, "completed");
    await t.axe(page, "a completed order");
    // Each delivery tick came back to us.
    await page.goto(`${t.url}/app/messages`);
    await page.locator('main a[href^="/app/messages/"]').first().click();
    await until("the last message to be read", async () => (await page.locator(".mid .msg .tick .vh").allInnerTexts()).includes("Read"));
  },

  async "a person takes over and Steward is quiet"(t) {
    const phone = await Phone.pick(t);
    await phone.says("Do you have jollof rice?");
    const page = await t.owner();
    await page.goto(`${t.url}/app/messages`);
    await page.locator('main a[href^="/app/messages/"]').first().click();
    await page.locator("#reply").fill("Nkechi here. How may I help?");
    await page.locator("#composer button.primary").click();
    await phone.hears(/Nkechi here/);
    const before = (await phone.received()).length;
    await phone.page.locator("#say").fill("What is the price of egusi?");
    await phone.page.locator(".device form.say button").click();
    await page.waitForTimeout(5_000);
    if ((await phone.received()).length !== before) throw new Error("Steward answered while a person has the conversation");
  },

  async "everything comes twice and happens once"(t) {
    const phone = await Phone.pick(t);
    await phone.page.locator('#network input[name="duplicate"]').check();
    await phone.page.waitForTimeout(500);
    await order(phone);
    await phone.page.waitForTimeout(3_000);
    const page = await t.owner();
    await page.goto(`${t.url}/app/orders`);
    const orders = new Set(await page.locator('main a[href^="/app/orders/"]').evaluateAll((all) => all.map((a) => a.getAttribute("href").split("?")[0])));
    if (orders.size !== 1) throw new Error(`there are ${orders.size} orders`);
  },
};
