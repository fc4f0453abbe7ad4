"use strict";

(() => {
  // The application is one folder above this script, whatever prefix a proxy in front of it adds.
  const root = new URL("..", document.currentScript.src);

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

  // Text that encodes bytes, such as Base64, is entered as text: the server rejects a file for it.
  const isText = (schema) => typeof schema?.get?.("contentEncoding") === "string";

  SwaggerUIBundle({
    url: new URL("openapi.json", root).pathname,
    dom_id: "#docs",
    layout: "BaseLayout",
    deepLinking: true,
    displayRequestDuration: true,
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
              updateJsonSpec: (update) => (spec) => update(behindPrefix(spec)),
            },
          },
        },
      }),
    ],
  });
})();
