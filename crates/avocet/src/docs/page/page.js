"use strict";

(() => {
  // The document is one folder above this script, and the application above that, whatever prefix a proxy in front of it adds.
  const { above, login, persists } = document.getElementById("docs").dataset;
  const folder = new URL("..", document.currentScript.src);
  const root = new URL(above, folder);

  // Swagger UI has dark colors, and its switch is in a part that this page does not have.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", follow);
  follow();

  // A server that is only a path, `/` or the prefix of a mount, means that path of the document's host, which is wrong behind the prefix
  // of a proxy in front of it.
  const isHere = (servers) =>
    !servers?.length ||
    (servers.length === 1 &&
      servers[0].url.startsWith("/") &&
      root.pathname.endsWith(`${servers[0].url.replace(/\/$/, "")}/`));
  const behindPrefix = (spec) =>
    !spec || !isHere(spec.servers) || root.pathname === "/"
      ? spec
      : { ...spec, servers: [{ ...spec.servers?.[0], url: root.pathname.replace(/\/$/, "") }] };

  // A URL such as `token` is relative to the application. Swagger UI resolves that of an authorization server without the prefix.
  const urls = ["authorizationUrl", "tokenUrl", "refreshUrl", "openIdConnectUrl"];
  const isRelative = (url) => typeof url === "string" && !/^([a-z][a-z0-9+.-]*:|\/)/i.test(url);
  const absolute = (value) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value).map(([name, inner]) => [
            name,
            urls.includes(name) && isRelative(inner) ? new URL(inner, root).href : absolute(inner),
          ]),
        )
      : value;
  const withLogins = (spec) =>
    !spec?.components?.securitySchemes || !isHere(spec.servers)
      ? spec
      : {
          ...spec,
          components: {
            ...spec.components,
            securitySchemes: absolute(spec.components.securitySchemes),
          },
        };

  // Swagger UI makes the state of a login from the time, which can be guessed.
  const randomState = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
  const withRandomState = (open) => (address, pending) => {
    const url = new URL(address, root);
    const state = randomState();
    url.searchParams.set("state", state);
    return open(url.href, { ...pending, state });
  };

  // Text that encodes bytes, such as Base64, is entered as text: the server rejects a file for it.
  const isText = (schema) => typeof schema?.get?.("contentEncoding") === "string";

  const ui = SwaggerUIBundle({
    url: new URL("openapi.json", folder).pathname,
    dom_id: "#docs",
    layout: "BaseLayout",
    deepLinking: true,
    oauth2RedirectUrl: new URL("docs/oauth2-redirect", folder).href,
    displayRequestDuration: true,
    persistAuthorization: persists === "true",
    validatorUrl: null,
    plugins: [
      () => ({
        afterLoad() {
          const { isFileUploadIntended } = this.fn;
          this.fn.isFileUploadIntended = (schema, ...more) =>
            !isText(schema) && isFileUploadIntended(schema, ...more);
        },
        statePlugins: {
          spec: {
            wrapActions: {
              updateJsonSpec: (update) => (spec) => update(behindPrefix(withLogins(spec))),
            },
          },
          auth: { wrapActions: { authPopup: withRandomState } },
        },
      }),
    ],
  });
  ui.initOAuth(JSON.parse(login));
})();
