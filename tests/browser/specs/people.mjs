// A customer says yes, gets a campaign once, and is erased, on a phone-size screen: the report says that nothing is left.
import { Phone, looks, until } from "../harness.mjs";

const small = looks[0];

export default {
  async "a campaign goes to who said yes"(t) {
    const phone = await Phone.pick(t);
    await phone.says("Hello, my name is Ada Obi");
    const page = await t.owner(small);
    await page.goto(`${t.url}/app/customers`);
    await page.locator('main a[href^="/app/customers/"]', { hasText: "Ada" }).first().click();
    await page.locator("#consent").selectOption("yes");
    await page.locator("#tags").fill("vip");
    await page.locator("#note button.primary").click();
    await page.locator("#proof").waitFor();
    await t.axe(page, "a customer with consent");
    await page.goto(`${t.url}/app/outreach`);
    // Never quiet, whatever the hour of this machine.
    await page.locator("#qf").fill("00:00");
    await page.locator("#qt").fill("00:00");
    await page.locator("form[action='/app/outreach/rules'] button").click();
    await page.locator("summary", { hasText: "New group" }).click();
    await page.locator("#gname").fill("Vips");
    await page.locator("#gtag").fill("vip");
    await page.locator("form[action='/app/outreach/groups'] button").click();
    await page.locator("#cname").waitFor();
    await t.axe(page, "outreach");
    await page.locator("#cname").fill("Pies");
    await page.locator("#ctext").fill("Hello {name}, fresh pies today!");
    await page.locator("form[action='/app/outreach'] button").click();
    await page.locator("button", { hasText: "Send to 1 person" }).waitFor();
    await t.fits(page, "campaign-preview");
    await t.axe(page, "the preview of a campaign");
    await page.locator("button", { hasText: "Send to 1 person" }).click();
    await phone.hears(/Hello Ada, fresh pies today!/);
  },

  async "a customer is erased and the report says so"(t) {
    const phone = await Phone.pick(t);
    await phone.says("Hello, my name is Ada Obi");
    const page = await t.owner(small);
    await page.goto(`${t.url}/app/customers`);
    await page.locator('main a[href^="/app/customers/"]', { hasText: "Ada Obi" }).first().click();
    const theirs = page.url();
    await page.locator("a", { hasText: "Erase" }).click();
    await page.locator("#typed").fill("somebody");
    await page.locator("button", { hasText: "Erase for ever" }).click();
    await page.locator("#typed-e").waitFor();
    await t.axe(page, "the question before erasing");
    await page.locator("#typed").fill("Ada Obi");
    await page.locator("button", { hasText: "Erase for ever" }).click();
    await page.locator("h1", { hasText: "Customer erased" }).waitFor();
    await page.getByText("Nothing of this person is left").waitFor();
    await t.fits(page, "erasure");
    await t.axe(page, "the report of an erasure");
    // Whoever still has the customer open is led to the report.
    await page.goto(theirs);
    await page.locator("h1", { hasText: "Customer erased" }).waitFor();
    await page.goto(`${t.url}/app/customers`);
    await until("the customer to be gone", async () => (await page.getByText("Ada Obi").count()) === 0);
  },
};
