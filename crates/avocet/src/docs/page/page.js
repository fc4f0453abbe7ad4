"use strict";

(() => {
  // The application begins one folder above this script, whatever prefix a server in front of it adds.
  const root = new URL("..", document.currentScript.src);

  // A document that names no server means the root of its host, which is wrong behind a prefix.
  const behindPrefix = (spec) =>
    !spec || spec.servers?.length || root.pathname === "/"
      ? spec
      : { ...spec, servers: [{ url: root.pathname.replace(/\/$/, "") }] };

  SwaggerUIBundle({
    url: new URL("openapi.json", root).pathname,
    dom_id: "#docs",
    layout: "BaseLayout",
    deepLinking: true,
    displayRequestDuration: true,
    validatorUrl: null,
    plugins: [
      () => ({
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
