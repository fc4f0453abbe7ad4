//! Snapshots of what the macros print for five typical items.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

use crate::{errors, events, headers, main_function, model, route};

const MODEL: &str = r"
/// Text to embed.
struct EmbedRequest {
    /// One to 64 texts.
    #[field(min_items = 1, max_items = 64, items(min_length = 1))]
    texts: Vec<String>,
    #[field(default = true)]
    normalize: bool,
    #[field(check = is_known)]
    user: Option<String>,
}
";

const ENUM: &str = r#"
#[serde(rename_all = "lowercase")]
enum Level {
    Low,
    #[serde(alias = "max")]
    High,
}
"#;

const ROUTE: &str = r#"
/// Embed texts
/// of any length.
///
/// The vectors have the order of the texts.
async fn embed(
    model_id: String,
    /// How many dimensions.
    #[query(default = 384, le = 1024)] dimensions: u32,
    #[state("replica")] model: Model,
    #[body] request: EmbedRequest,
) -> Result<Vec<Vec<f32>>, EmbedError> {
    model.embed(request, dimensions).await
}
"#;

const ERRORS: &str = r#"
enum EmbedError {
    /// No model has this id.
    #[error(status = 404)]
    Missing,
    #[error(status = 429, message = "busy for {seconds} s")]
    Busy { seconds: u32 },
}
"#;

const STREAM: &str = r#"
#[doc = include_str!("tokens.md")]
async fn tokens(#[body] prompt: Prompt) -> Sse<Token> {
    Sse::new(stream! { yield Token::default(); })
}
"#;

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("tokens")
}

fn route(method: &str, settings: &str, item: &str) -> TokenStream {
    let method = Ident::new(method, Span::call_site());
    route::run(&method, tokens(settings), tokens(item))
}

fn assert_printed(name: &str, printed: TokenStream) {
    let file = syn::parse2(printed).expect("items");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, prettyplease::unparse(&file));
    });
}

#[test]
fn a_model() {
    assert_printed("model", model::run(tokens(""), tokens(MODEL)));
}

#[test]
fn an_enum() {
    assert_printed("enum", model::run(tokens(""), tokens(ENUM)));
}

#[test]
fn a_route_with_body_and_query() {
    let settings =
        r#""/models/{model_id}/embed", tag = "models", extend = tool(), layer = limit()"#;
    assert_printed("route", route("post", settings, ROUTE));
}

#[test]
fn an_enum_of_errors() {
    assert_printed("errors", errors::run(tokens(""), tokens(ERRORS)));
}

#[test]
fn a_route_with_a_stream() {
    assert_printed("stream", route("post", r#""/tokens""#, STREAM));
}

/// Returns whether the tokens contain this identifier.
fn names(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => names(group.stream(), name),
        _ => false,
    })
}

#[test]
fn every_path_begins_with_the_path_of_the_crate() {
    let path = || tokens("crate = my::api");
    let in_route = |method, item| route(method, r#""/{model_id}", crate = my::api"#, item);
    let printed = [
        model::run(path(), tokens(MODEL)),
        model::run(path(), tokens(ENUM)),
        model::run(path(), tokens("struct Broken;")),
        in_route("post", ROUTE),
        in_route(
            "websocket",
            "async fn talk(model_id: u32, socket: WebSocket<u32>) {}",
        ),
        in_route("get", "fn broken() {}"),
        errors::run(path(), tokens(ERRORS)),
        errors::run(path(), tokens("enum Broken { One }")),
        events::run(path(), tokens("enum Events { One(u32), Two }")),
        events::run(path(), tokens("enum Broken {}")),
        headers::run(path(), tokens("struct Headers { x_cost: u32 }")),
        headers::run(path(), tokens("struct Broken(u32);")),
        main_function::run(path(), tokens("async fn main() {}")),
    ];
    for printed in printed {
        let text = printed.to_string();
        assert!(text.contains("use my :: api as __avocet ;"), "{text}");
        assert!(!names(printed, "avocet"), "{text}");
    }
}
