// The only script of the house: it hands the page's question to the device's passkeys and sends their answer.
// A form with data-passkey="get" or "create" holds the question in data-options and takes the answer in "credential".
"use strict";

const toBytes = (text) => {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
};

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withBytes = (keys) => (keys || []).map((key) => ({ ...key, id: toBytes(key.id) }));

const ask = {
  get: (options) => navigator.credentials.get({ publicKey: {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: withBytes(options.allowCredentials),
  } }),
  create: (options) => navigator.credentials.create({ publicKey: {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: withBytes(options.excludeCredentials),
  } }),
};

const FIELDS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

const asJson = (credential) => ({
  id: credential.id,
  rawId: toText(credential.rawId),
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment,
  clientExtensionResults: credential.getClientExtensionResults(),
  response: Object.fromEntries(
    FIELDS.filter((name) => credential.response[name]).map((name) => [name, toText(credential.response[name])])
  ),
});

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const show = (part, shown) => form.querySelectorAll(`[data-when="${part}"]`).forEach((element) => {
    element.hidden = !shown;
  });
  const able = Boolean(window.PublicKeyCredential);
  show("able", able);
  show("unable", !able);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    show("failed", false);
    try {
      const credential = await ask[form.dataset.passkey](JSON.parse(form.dataset.options));
      form.elements.credential.value = JSON.stringify(asJson(credential));
      form.submit();
    } catch {
      show("failed", true); // cancelled, no passkey here, or the wrong address: the page says what else to do
    }
  });
}
