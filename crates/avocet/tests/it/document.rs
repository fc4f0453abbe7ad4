//! The document, where it could differ from the application's behavior.

mod about;
mod encoding;
mod outgoing;
mod sentences;
mod unused;

use avocet::App;
use avocet::model::OrderedJson;
use avocet::route::Route;
use serde_json::Value;

fn document(routes: impl IntoIterator<Item = Route>) -> Value {
    let app = App::new("Documented", "1").routes(routes).build();
    let app = app.expect("it has no mistake");
    let document = app.openapi();
    super::publish(&name(document), document);
    document.clone().into()
}

/// Returns the name of the test and of its paths in order: some tests make two documents.
fn name(document: &OrderedJson) -> String {
    let thread = std::thread::current();
    let test = thread.name().and_then(|name| name.rsplit("::").next());
    let paths = document["paths"].as_object().expect("paths");
    let paths: String = paths
        .keys()
        .map(|path| path.replace(|c: char| !c.is_alphanumeric(), "-"))
        .collect();
    format!("{}{paths}", test.expect("a test's thread"))
}

fn components(routes: impl IntoIterator<Item = Route>) -> Value {
    document(routes)["components"]["schemas"].take()
}

mod paths {
    use avocet::prelude::*;

    use super::document;

    #[get("/files/{name}")]
    async fn file(name: String) -> String {
        name
    }

    #[get("/files/{rest:path}")]
    async fn any_file(rest: String) -> String {
        rest
    }

    #[get("/files/{rest:path}", hidden)]
    async fn hidden_file(rest: String) -> String {
        rest
    }

    #[put("/files/{name:path}")]
    async fn put_file(name: String) -> String {
        name
    }

    #[test]
    fn two_operations_in_one_location_of_the_document_are_a_mistake() {
        let error = App::new("Files", "1")
            .routes(routes![file, any_file])
            .build()
            .expect_err("a mistake");
        let [mistake] = error.mistakes() else {
            panic!("{error}");
        };
        assert_eq!(
            mistake.what(),
            "two operations have the same path in the document, which cannot distinguish `{name:path}` from `{name}`; mark one `hidden`"
        );
        let [earlier, later] = mistake.locations() else {
            panic!("{error}");
        };
        assert!(earlier.starts_with("GET /files/{name} in "), "{earlier}");
        assert!(later.starts_with("GET /files/{rest:path} in "), "{later}");
    }

    #[test]
    fn one_of_them_may_be_hidden_and_other_methods_share_the_path() {
        let document = document(routes![file, hidden_file, put_file]);
        let paths = document["paths"].as_object().expect("an object");
        assert_eq!(paths.keys().collect::<Vec<_>>(), ["/files/{name}"]);
        let methods = paths["/files/{name}"].as_object().expect("an object");
        assert_eq!(methods.keys().collect::<Vec<_>>(), ["get", "put"]);
    }
}

/// Models that contain themselves, whichever comes first.
mod recursion {
    use avocet::Mistake;
    use avocet::prelude::*;
    use serde_json::json;

    use super::components;

    #[model(input)]
    struct Group {
        filter: Option<Box<Filter>>,
    }

    #[model(input)]
    #[serde(tag = "type")]
    enum Filter {
        Group(Group),
        Leaf { field: String },
    }

    #[post("/group")]
    async fn group(#[body] group: Group) -> bool {
        group.filter.is_some()
    }

    #[post("/filter")]
    async fn filter(#[body] filter: Filter) -> bool {
        match filter {
            Filter::Group(group) => group.filter.is_some(),
            Filter::Leaf { field } => field.is_empty(),
        }
    }

    #[test]
    fn a_variant_that_holds_the_model_around_it_is_described() {
        let of_group = components(routes![group]);
        let expected = json!({
            "type": "object",
            "properties": {
                "type": {"type": "string", "enum": ["Group"]},
                "filter": {"anyOf": [{"$ref": "#/components/schemas/Filter"}, {"type": "null"}]},
            },
            "required": ["type"],
        });
        assert_eq!(of_group["FilterGroup"], expected);
        // The variant is a separate model: if it is the only one used, `Group` is not a component.
        let of_filter = components(routes![filter]);
        assert_eq!(of_filter["FilterGroup"], expected);
        assert_eq!(of_filter["Filter"], of_group["Filter"]);
    }

    #[model(input)]
    struct Branch {
        tree: Option<Box<Tree>>,
        width: u32,
    }

    #[model(input)]
    struct Tree {
        #[serde(flatten)]
        branch: Branch,
        height: u32,
    }

    #[post("/branch")]
    async fn branch(#[body] branch: Branch) -> u32 {
        branch.width + branch.tree.map_or(0, |tree| tree.height)
    }

    #[post("/tree")]
    async fn tree(#[body] tree: Tree) -> u32 {
        tree.branch.width + tree.height
    }

    #[test]
    fn what_is_flattened_can_hold_the_model_around_it() {
        let of_tree = components(routes![tree]);
        assert_eq!(of_tree["Tree"]["required"], json!(["width", "height"]));
        let of_branch = components(routes![branch]);
        assert_eq!(of_branch["Tree"], of_tree["Tree"]);
        // The document of a tree has no reference to a branch, whose members are in the tree.
        assert_eq!(of_tree.get("Branch"), None);
        assert_eq!(of_branch["Branch"]["required"], json!(["width"]));
    }

    #[model(input)]
    struct Endless {
        #[serde(flatten)]
        itself: Box<Endless>,
    }

    #[post("/endless")]
    async fn endless(#[body] endless: Endless) -> bool {
        std::mem::size_of_val(&endless.itself) == 0
    }

    #[test]
    fn what_is_flattened_into_itself_is_a_mistake() {
        let error = App::new("Endless", "1").routes(routes![endless]).build();
        let error = error.expect_err("a mistake");
        let what: Vec<_> = error.mistakes().iter().map(Mistake::what).collect();
        assert_eq!(
            what,
            ["in `Endless`: `Endless` cannot be flattened: it contains itself or is not an object"]
        );
    }

    /// A model in a name of its own, which is what it holds.
    #[model(input)]
    struct Named(Branch);

    #[model(input)]
    #[serde(tag = "kind")]
    enum Kind {
        Named(Named),
        Other,
    }

    #[post("/kind")]
    async fn kind(#[body] kind: Kind) -> u32 {
        match kind {
            Kind::Named(named) => named.0.width,
            Kind::Other => 0,
        }
    }

    #[test]
    fn a_variant_that_holds_a_newtype_of_an_object_has_its_tag() {
        let components = components(routes![kind]);
        assert_eq!(
            components["KindNamed"]["required"],
            json!(["kind", "width"])
        );
    }
}

/// Rules on a newtype are beside the reference to it.
mod rules {
    use std::collections::BTreeMap;

    use avocet::input::from_json;
    use avocet::prelude::*;
    use serde_json::{Value, json};

    use super::components;

    #[model(input)]
    struct Labels(BTreeMap<String, String>);

    #[model(input)]
    struct More(Option<Labels>);

    #[model(input)]
    struct Rows(Vec<Vec<String>>);

    #[model(input)]
    struct Trees(#[field(max_items = 2, items(max_items = 1))] Vec<Trees>);

    #[model(input)]
    struct Labelled {
        #[field(max_items = 1, items(min_length = 2), keys(pattern = "^[a-z]+$"))]
        labels: Labels,
        #[field(min_items = 1)]
        more: More,
        #[field(min_items = 1, items(max_items = 2, items(max_length = 3)))]
        rows: Option<Rows>,
        #[field(items(max_items = 1))]
        each: Vec<Labels>,
        trees: Option<Trees>,
    }

    #[post("/labels")]
    async fn labels(#[body] body: Labelled) -> usize {
        let more = body.more.0.map_or(0, |more| more.0.len());
        let each: usize = body.each.iter().map(|it| it.0.len()).sum();
        let trees = body.trees.map_or(0, |trees| trees.0.len());
        body.labels.0.len() + more + body.rows.map_or(0, |rows| rows.0.len()) + each + trees
    }

    #[test]
    fn rules_on_a_newtype_have_the_keywords_of_what_it_holds() {
        let components = components(routes![labels]);
        let properties = &components["Labelled"]["properties"];
        assert_eq!(
            properties["labels"],
            json!({
                "$ref": "#/components/schemas/Labels",
                "maxProperties": 1,
                "additionalProperties": {"minLength": 2},
                "propertyNames": {"type": "string", "pattern": "^[a-z]+$"},
            })
        );
        assert_eq!(
            properties["more"],
            json!({"$ref": "#/components/schemas/More", "minProperties": 1})
        );
        let rows = json!({
            "$ref": "#/components/schemas/Rows",
            "minItems": 1,
            "items": {"maxItems": 2, "items": {"maxLength": 3}},
        });
        assert_eq!(
            properties["rows"],
            json!({"anyOf": [rows, {"type": "null"}]})
        );
        assert_eq!(
            properties["each"]["items"],
            json!({"$ref": "#/components/schemas/Labels", "maxProperties": 1})
        );
        assert_eq!(
            components["Trees"],
            json!({
                "type": "array",
                "items": {"$ref": "#/components/schemas/Trees", "maxItems": 1},
                "maxItems": 2,
            })
        );
    }

    #[test]
    fn they_are_checked_as_they_are_documented() {
        let body =
            |labels: Value| json!({"labels": labels, "more": {"a": ""}, "each": []}).to_string();
        let read = |labels| from_json::<Labelled>(body(labels).as_bytes()).is_ok();
        assert!(read(json!({"a": "xx"})));
        assert!(!read(json!({"a": "x"})));
        assert!(!read(json!({"1": "xx"})));
        assert!(!read(json!({"a": "xx", "b": "xx"})));
    }
}
