"use strict";

// The authorization server leads here, in a window that the docs page has opened. Swagger UI's own script goes on with a code whose state
// is not that of the request; this one does not.
(() => {
  const pending = window.opener?.swaggerUIRedirectOauth2;
  if (!pending) {
    return;
  }
  const { auth, redirectUrl } = pending;
  const given = new URLSearchParams(
    window.location.hash.length > 1 ? window.location.hash.slice(1) : window.location.search,
  );
  const fail = (message) =>
    pending.errCb({ authId: auth.name, source: "auth", level: "error", message });
  const isCode = /code$/i.test(auth.schema.get("flow"));

  if (!pending.state || given.get("state") !== pending.state) {
    fail("The authorization server returned a different state, so its response is not used.");
  } else if (given.has("error")) {
    fail(`[${given.get("error")}] ${given.get("error_description") ?? ""}`);
  } else if (!isCode) {
    pending.callback({ auth, token: Object.fromEntries(given), isValid: true, redirectUrl });
  } else if (!given.get("code")) {
    fail("The authorization server returned no code.");
  } else {
    // A code is used once.
    delete pending.state;
    auth.code = given.get("code");
    pending.callback({ auth, redirectUrl });
  }
  window.close();
})();
