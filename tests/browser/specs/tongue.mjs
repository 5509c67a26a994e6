// The dashboard in French and back, on a phone-size screen: chosen in the menu, kept on every page.
import { looks, until } from "../harness.mjs";

const small = looks[0];

/** Opens the menu with the businesses, by way of "More", and chooses a language there. */
async function choose(page, lang) {
  await page.locator("#tabs button").click();
  await page.locator("#more-menu button[popovertarget=ws-menu]").click();
  await page.locator(`#ws-menu .tongue button[lang=${lang}]`).click();
  await until(`the page in ${lang}`, () => page.evaluate((l) => document.documentElement.lang === l, lang));
}

export default {
  async "the owner reads French and English in turn"(t) {
    const page = await t.owner(small);
    await page.getByRole("heading", { name: "Sales today" }).waitFor();
    await choose(page, "fr");
    await page.getByRole("heading", { name: "Ventes du jour" }).waitFor();
    await t.fits(page, "today in French");
    await t.axe(page, "today in French");
    await t.shot("tongue-today-phone", page);
    await page.locator("#tabs a", { hasText: "Commandes" }).click();
    await page.getByRole("heading", { name: "Commandes", exact: true }).first().waitFor();
    await t.fits(page, "orders in French");
    await t.axe(page, "orders in French");
    await choose(page, "en");
    await page.getByRole("heading", { name: "Orders", exact: true }).first().waitFor();
  },
};
