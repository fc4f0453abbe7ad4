. "$here/typescript.sh"

generate() {
    cat >orval.config.mjs <<END
export default {
  client: {
    input: "$document",
    output: { target: "./client.ts", client: "fetch", mode: "single", baseUrl: { runtime: "process.env.URL" } },
  },
};
END
    orval --config orval.config.mjs
}
