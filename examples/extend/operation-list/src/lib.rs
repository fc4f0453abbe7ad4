//! A plugin that serves the list of all operations as a text page.
//!
//! An operation with the extension [`Owner`] is listed with its owner. [`OperationList::require_owners`] requires one of each operation.

use avocet::operation::Operation;
use avocet::plugin::{Plan, Plugin};
use avocet::response::PlainText;

/// The team that is responsible for an operation: `extend = Owner("search")`.
#[derive(Clone, Copy, Debug)]
pub struct Owner(pub &'static str);

/// The plugin.
///
/// ```
/// let app = avocet::App::new("Shop", "1.0.0").plugin(operation_list::OperationList::at("/operations"));
/// ```
#[derive(Debug)]
pub struct OperationList {
    path: String,
    needs_owners: bool,
}

impl OperationList {
    /// Serves the page at a path.
    pub fn at(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            needs_owners: false,
        }
    }

    /// Makes an operation without an owner a mistake of the build.
    pub fn require_owners(mut self) -> Self {
        self.needs_owners = true;
        self
    }
}

impl Plugin for OperationList {
    fn name(&self) -> &'static str {
        "operation list"
    }

    fn build(self: Box<Self>, plan: &mut Plan<'_>) {
        let mut page = format!("{} {}\n\n", plan.title(), plan.version());
        for operation in plan.operations() {
            let owner = operation.extension::<Owner>();
            page.push_str(&line(operation, owner));
            if self.needs_owners && owner.is_none() {
                plan.mistake_at(
                    operation,
                    "the operation has no owner; add `extend = Owner(\"…\")`",
                );
            }
        }
        let operation = Operation::get(self.path).id("operation_list").hidden();
        plan.route(operation.handle((), move |()| {
            let page = page.clone();
            async { PlainText(page) }
        }));
    }
}

fn line(operation: &Operation, owner: Option<&Owner>) -> String {
    let owner = owner.map_or(String::new(), |owner| format!(" ({})", owner.0));
    format!(
        "{} {}: {}{owner}\n",
        operation.method, operation.path, operation.summary
    )
}

#[cfg(test)]
mod tests {
    use avocet::prelude::*;
    use avocet::testing::TestClient;

    use super::*;

    /// Find items.
    #[get("/items")]
    async fn find_items() -> Vec<u32> {
        Vec::new()
    }

    fn owned() -> avocet::route::Route {
        let operation = Operation::post("/items")
            .id("create")
            .summary("Add an item");
        operation
            .extend(Owner("catalogue"))
            .handle((), |()| async {})
    }

    #[tokio::test]
    async fn the_page_lists_all_operations() {
        let app = App::new("Shop", "1.0.0")
            .routes(routes![find_items])
            .routes([owned()])
            .plugin(OperationList::at("/operations"));
        let client = TestClient::new(app.build().expect("it builds"));
        let page = client.get("/operations").send().await.text().await;
        assert_eq!(
            page,
            "Shop 1.0.0\n\nGET /items: Find items\nPOST /items: Add an item (catalogue)\n"
        );
    }

    #[test]
    fn owners_can_be_required() {
        let app = App::new("Shop", "1.0.0")
            .routes(routes![find_items])
            .routes([owned()])
            .plugin(OperationList::at("/operations").require_owners());
        let error = app.build().expect_err("a mistake").to_string();
        assert!(error.contains("the operation has no owner"), "{error}");
        assert!(error.contains("GET /items in `find_items`"), "{error}");
        assert!(!error.contains("POST /items"), "{error}");
    }
}
