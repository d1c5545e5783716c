// Lets this browser take pushes: asks its owner, and sends the page's form with what the browser gave.

const form = document.querySelector("[data-push-key]");
const key = form.dataset.pushKey;

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) begin();
else say("unable");

async function begin() {
  const worker = await navigator.serviceWorker.register("/service-worker.js");
  const there = await worker.pushManager.getSubscription();
  await mark(there);
  form.hidden = Boolean(document.querySelector("[data-this-device]:not([hidden])"));
  // Not as the form is sent: then it would count as on its way (page.js).
  form.querySelector("button").addEventListener("click", (event) => {
    event.preventDefault();
    allow(worker, there).catch(() => say("failed"));
  });
}

/** A browser waits for its push service as long as it likes; where that cannot be reached, for ever. */
const PATIENCE = 15_000;
const inTime = (promise) =>
  Promise.race([promise, new Promise((_, refuse) => setTimeout(() => refuse(new Error("no answer")), PATIENCE))]);

async function allow(worker, there) {
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  say("waiting");
  if (there && !isOurs(there)) await inTime(there.unsubscribe());
  const made = await inTime(worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const { endpoint, keys } = made.toJSON();
  Object.entries({ endpoint, ...keys }).forEach(([name, value]) => {
    if (form.elements[name]) form.elements[name].value = value;
  });
  form.requestSubmit();
}

function isOurs(subscription) {
  const bytes = new Uint8Array(subscription.options.applicationServerKey);
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") === key;
}

async function mark(subscription) {
  if (!subscription || !isOurs(subscription)) return;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint));
  const name = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const mine = document.querySelector(`[data-this-device="${name}"]`);
  if (mine) mine.hidden = false;
}

function say(what) {
  document.querySelectorAll("[data-push-says]").forEach((one) => {
    one.hidden = one.dataset.pushSays !== what;
  });
  form.hidden = what === "unable";
}
