"use strict";

(() => {
  // The application is one folder above this script, whatever prefix a proxy in front of it adds.
  const root = new URL("..", document.currentScript.src);

  // The server `/` means the root of the document's host, which is wrong behind a prefix.
  const isRoot = (servers) => !servers?.length || (servers.length === 1 && servers[0].url === "/");
  const behindPrefix = (spec) =>
    !spec || !isRoot(spec.servers) || root.pathname === "/"
      ? spec
      : { ...spec, servers: [{ url: root.pathname.replace(/\/$/, "") }] };

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
