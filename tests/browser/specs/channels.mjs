// Approved messages after the 24 hours, models of one's own, words while they are written, files from the phone, taking back.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { Phone, looks, until } from "../harness.mjs";

/** The owner wrote first, in the phone app: WhatsApp's 24 hours never began. */
async function silent(t) {
  const number = t.businesses[0].whatsapp_phone_number_id;
  const message = { from: number, to: "2348037770001", id: "wamid.echo1", timestamp: String(Math.floor(Date.now() / 1000)), type: "text", text: { body: "Hello Ngozi, your cake is ready." } };
  const value = { messaging_product: "whatsapp", metadata: { display_phone_number: number, phone_number_id: number }, contacts: [{ profile: { name: "Ngozi Eze" }, wa_id: "2348037770001" }], message_echoes: [message] };
  const body = JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: "1", changes: [{ field: "smb_message_echoes", value }] }] });
  const signature = "sha256=" + createHmac("sha256", t.meta.app_secret).update(body).digest("hex");
  const answer = await fetch(`${t.url}/webhooks/meta`, { method: "POST", headers: { "content-type": "application/json", "x-hub-signature-256": signature }, body });
  if (answer.status !== 200) throw new Error(`the echo was answered ${answer.status}`);
}

/** A server that speaks OpenAI's protocol and takes its time. */
async function slowModel() {
  const piece = (delta, finish_reason = null) => `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const server = createServer(async (_, answer) => {
    answer.writeHead(200, { "content-type": "text/event-stream" });
    for (const word of ["Welcome ", "to ", "us! ", "The ", "jollof ", "rice ", "is ", "lovely."]) {
      answer.write(piece({ content: word }));
      await new Promise((r) => setTimeout(r, 400));
    }
    answer.end(piece({}, "stop") + "data: [DONE]\n\n");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  server.unref();
  return { OPENAI_BASE_URL: `http://127.0.0.1:${server.address().port}/v1`, OPENAI_MODEL: "slow" };
}

async function streamed(t) {
  const page = await t.page();
  await page.goto(`${t.url}/b/mama-nkechi`);
  await page.locator("#widget #say").fill("Good day!");
  await page.locator("#widget form.say button").click();
  const words = page.locator("#widget #writing [data-words]");
  await until("words while they are written", async () => (await words.innerText()).includes("Welcome to us!"), 10_000);
  await until("the whole reply", async () => (await page.locator("#widget .msg:not(.mine):not(#writing) .words").allInnerTexts()).some((text) => text.includes("lovely")), 15_000);
}
streamed.env = slowModel;

export default {
  async "an approved message after the 24 hours"(t) {
    await silent(t);
    const page = await t.owner();
    await page.goto(`${t.url}/app/messages`);
    await page.locator('main a[href^="/app/messages/"]').first().click();
    const pick = page.locator("#tpl-order_ready-en");
    await pick.locator("summary").click();
    const fields = pick.locator("input[data-mark]");
    for (const [n, value] of ["Ngozi", "#1001", "22:00"].entries()) await fields.nth(n).fill(value);
    const preview = await pick.locator("[data-preview]").innerText();
    if (!preview.includes("Hello Ngozi, your order #1001 is ready. We are open until 22:00.")) throw new Error(`the preview says ${preview}`);
    for (const look of looks) {
      const other = await t.owner(look);
      await other.goto(page.url());
      await other.locator("#tpl-order_ready-en summary").click();
      await t.fits(other, `approved messages, ${look.name}`);
      await t.axe(other, `approved messages, ${look.name}`);
      await t.shot(`templates-${look.name}`, other);
    }
    await pick.locator("button.primary").click();
    await until("the message to be read", async () => (await page.locator(".mid .msg .tick .vh").allInnerTexts()).includes("Read"));
    const key = t.businesses[0].api_key;
    const arrived = await (await fetch(`${t.url}/api/v1/simulator/messages?to=2348037770001`, { headers: { authorization: `Bearer ${key}` } })).json();
    const templates = arrived.items.filter((m) => m.type === "template");
    if (templates.length !== 1) throw new Error(`${templates.length} arrived`);
  },

  async "a model of one's own"(t) {
    const page = await t.owner();
    await page.goto(`${t.url}/app/settings?part=models`);
    await page.locator("#bu").fill("http://127.0.0.1:9/v1");
    await page.locator("#mo").fill("gpt-4o-mini");
    await page.locator("#ky").fill("sk-browser-secret");
    await page.locator("#add-model button.primary").click();
    await until("the model to be listed", async () => (await page.locator("main").innerText()).includes("Does not answer"));
    const text = await page.locator("main").innerText();
    if (!text.includes("$0.15 and $0.60 a million tokens")) throw new Error("its price is not said");
    if ((await page.content()).includes("sk-browser-secret")) throw new Error("the key is on the page");
    for (const look of looks) {
      const other = await t.owner(look);
      for (const part of ["models", "whatsapp"]) {
        await other.goto(`${t.url}/app/settings?part=${part}`);
        await t.fits(other, `settings ${part}, ${look.name}`);
        await t.axe(other, `settings ${part}, ${look.name}`);
        await t.shot(`settings-${part}-${look.name}`, other);
      }
    }
  },

  "words are seen while they are written": streamed,

  async "a picture and a place from the phone"(t) {
    const phone = await Phone.pick(t);
    const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
    await phone.page.locator("#attach summary").click();
    await phone.page.locator("#at-file").setInputFiles({ name: "receipt.png", mimeType: "image/png", buffer: png });
    await phone.page.locator("#at-words").fill("My receipt");
    await phone.page.locator("#attach button").first().click();
    await until("the picture on the phone", async () => (await phone.page.locator(".device .msg.mine img").count()) === 1);
    await t.fits(phone.page, "the phone with a picture");
    await t.axe(phone.page, "the phone with a picture");
    for (const look of looks) {
      const other = await t.owner(look);
      await other.goto(phone.page.url());
      await other.locator("#attach summary").click();
      await t.fits(other, `phone, attaching, ${look.name}`);
      await t.axe(other, `phone, attaching, ${look.name}`);
      await t.shot(`phone-attach-${look.name}`, other);
    }
    if (!(await phone.page.locator("#attach").getAttribute("open").then((o) => o !== null))) await phone.page.locator("#attach summary").click();
    await phone.page.locator("#attach button").nth(1).click();
    const page = await t.owner();
    await page.goto(`${t.url}/app/messages`);
    await page.locator('main a[href^="/app/messages/"]').first().click();
    await until("the picture in the thread", async () => (await page.locator(".mid .msg img").count()) === 1);
    await until("the place in the thread", async () => (await page.locator(".mid").innerText()).includes("Yaba, Lagos"));
  },

  async "what was sent too fast is taken back"(t) {
    const phone = await Phone.pick(t);
    await phone.says("Do you have jollof rice?");
    const page = await t.owner();
    await page.goto(`${t.url}/app/messages`);
    await page.locator('main a[href^="/app/messages/"]').first().click();
    const before = (await phone.received()).length;
    await page.locator("#reply").fill("Wrong words");
    await page.locator("#composer button.primary").click();
    await page.locator(".mid .msg form[action$='/undo'] button").click();
    await until("the words to be back", async () => (await page.locator("#reply").inputValue()) === "Wrong words");
    await page.waitForTimeout(6_000);
    if ((await phone.received()).length !== before) throw new Error("it was sent all the same");
  },
};
