// The owner has something bought on a phone: the need, talks while they go on, offers, one tap, paid, the order as a PDF, what came.
import { looks, until } from "../harness.mjs";

export default {
  async "from the need to the delivery, on a phone"(t) {
    const page = await t.owner(looks[0]);
    await page.goto(`${t.url}/app/buying`);
    await t.axe(page, "buying");
    await page.locator("#need").fill("12 dozen eggs and 10 kg flour by next Friday, max 110k");
    await page.getByRole("button", { name: "Ask vendors" }).click();
    await page.waitForURL(/\/app\/buying\/[0-9a-f-]{36}$/);
    // Vendors answer after a moment; the page follows without being loaded again.
    await until("a vendor's words on the page", async () => (await page.locator(".talk .said").allInnerTexts()).some((x) => /They/.test(x)), 30_000);
    await t.fits(page, "a purchase with its talks");
    await t.axe(page, "a purchase with its talks");
    await t.shot("buying-talks");
    const approve = page.getByRole("button", { name: /^Approve ₦/ });
    await approve.waitFor({ timeout: 90_000 });
    await t.fits(page, "a purchase to decide");
    await t.axe(page, "a purchase to decide");
    await t.shot("buying-decide");
    if (!/lowest price|best|only complete|cheaper|here first|most reliable/i.test(await page.locator(".decide").innerText())) throw new Error("the proposal gives no reason");
    await approve.click();
    await until("the payment", async () => /Paid/.test(await page.locator("main").innerText()), 30_000);
    const [paper] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Purchase order (PDF)" }).first().click()]);
    if (!/^purchase-order-1.*\.pdf$/.test(paper.suggestedFilename())) throw new Error(`the order is called ${paper.suggestedFilename()}`);
    await page.getByRole("button", { name: "Save" }).first().click();
    await until("the delivery to count", async () => /Noted|Delivered/.test(await page.locator("body").innerText()));
    await t.fits(page, "a purchase that came");
    await t.axe(page, "a purchase that came");
    await t.shot("buying-done");
  },

  async "what cannot be bought says why, and the book is kept on a phone"(t) {
    t.expected.push(/status of 422/);
    const page = await t.owner(looks[1]);
    await page.goto(`${t.url}/app/buying`);
    await page.locator("#need").fill("eggs by Friday");
    await page.getByRole("button", { name: "Ask vendors" }).click();
    await page.locator("#need-e").waitFor();
    if ((await page.locator("#need").inputValue()) !== "eggs by Friday") throw new Error("what was typed is gone");
    await page.goto(`${t.url}/app/buying/vendors`);
    await t.fits(page, "the vendor book");
    await t.axe(page, "the vendor book");
    await page.locator("#v-name").fill("Balogun market stall");
    await page.locator("#v-products").fill("pepper, onions");
    await page.locator("#v-phone").fill("112");
    await page.locator("#form").getByRole("button", { name: "Save" }).click();
    await page.locator(".err", { hasText: "emergency" }).waitFor();
    await page.locator("#v-phone").fill("");
    await page.locator("#form").getByRole("button", { name: "Save" }).click();
    await page.getByRole("link", { name: "Balogun market stall" }).waitFor();
    await page.locator("#v-file").setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from("name,phone,products\nOja Oba,+2348035550001,rice\nBad,999,salt\n") });
    await page.getByRole("button", { name: "Bring in" }).click();
    await page.getByText("1 added, 0 changed, 0 known already, 1 not taken.").waitFor();
    await t.shot("vendors");
  },
};
