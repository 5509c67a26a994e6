// A guest books on the simulated phone; the owner sees it on the calendar and cancels it; the guest is told.
import { Phone, until } from "../harness.mjs";

export default {
  async "book by chat, see it on the calendar, cancel it"(t) {
    const phone = await Phone.pick(t);
    const said = await phone.says("Hi, can I book a table for 3 tomorrow at 7pm? My name is Ada Obi");
    if (!/is booked/.test(said) || !/19:00/.test(said)) throw new Error(`the booking is not confirmed: ${said}`);

    const page = await t.owner();
    await page.goto(`${t.url}/app/bookings`);
    await page.locator('nav.filters a', { hasText: "After" }).click();
    const entry = page.locator('main a[href^="/app/bookings/"]', { hasText: "Ada Obi, 3" });
    await entry.waitFor();
    await t.axe(page, "the calendar of a day");
    await page.locator('nav.filters a', { hasText: "Week" }).click();
    await until("the week to show", async () => (await page.locator(".cal").count()) === 0);
    await t.axe(page, "the calendar of a week");
    await page.locator('main a[href^="/app/bookings/"]', { hasText: "Ada Obi, 3" }).first().click();
    await page.locator("#cancel").waitFor();
    await t.axe(page, "one booking");
    await page.locator("#b-reason").fill("A pipe has burst, we are sorry.");
    await page.locator("#cancel button").click();
    await until("the booking to be cancelled", async () => (await page.locator("#cancel").count()) === 0);
    await phone.hears(/A pipe has burst/);
  },

  async "the last table is given once"(t) {
    const page = await t.owner();
    await page.goto(`${t.url}/app/bookings`);
    await page.locator('nav.filters a', { hasText: "After" }).click();
    const book = async () => {
      await page.locator("#b-name").fill("Bayo");
      await page.locator("#b-time").fill("20:00");
      await page.locator("#b-party").fill("6");
      await page.locator("#b-res").selectOption({ label: "Terrace table" });
      await page.locator("form[action='/app/bookings'] button").click();
    };
    await book();
    await page.locator('main a', { hasText: "Bayo, 6" }).first().waitFor();
    await book();
    await page.locator(".err", { hasText: "fully booked" }).waitFor();
    await t.axe(page, "a booking that did not fit");
    // The browser notes the 409 we wanted.
    t.problems.splice(0, t.problems.length, ...t.problems.filter((p) => !p.includes("409")));
  },
};
