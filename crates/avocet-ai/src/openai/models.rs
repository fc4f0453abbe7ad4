//! `GET /models` and `GET /models/{model}`.

use std::sync::Arc;

use avocet::extract::Path;
use avocet::operation::Operation;
use avocet::prelude::*;
use avocet::route::Route;

use crate::catalog::Catalog;
use crate::generate::GenerateError;

/// The models of the service.
#[model(output, name = "OpenAiModelList")]
struct ModelList {
    /// Always `list`.
    object: &'static str,
    /// The models, by name.
    data: Vec<ModelItem>,
}

/// A model.
#[model(output, name = "OpenAiModelItem")]
#[derive(Clone)]
struct ModelItem {
    /// The name.
    id: String,
    /// Always `model`.
    object: &'static str,
    /// When the model was added, in seconds since 1970.
    created: u64,
    /// Who runs the model.
    owned_by: String,
}

pub(super) fn routes(models: &Catalog, owner: &str) -> [Route; 2] {
    let items = models.names().map(|(name, created)| ModelItem {
        id: name.to_owned(),
        object: "model",
        created,
        owned_by: owner.to_owned(),
    });
    let items: Arc<[ModelItem]> = items.collect();

    let all = Arc::clone(&items);
    let list = Operation::get("/models")
        .id("list_models")
        .summary("List the models")
        .description("All models of the service, by name.");
    let list = list.handle((), move |()| {
        let data = all.to_vec();
        async {
            ModelList {
                object: "list",
                data,
            }
        }
    });
    let one = Operation::get("/models/{model:path}")
        .id("retrieve_model")
        .summary("Describe a model")
        .description("The entry of the list for one model.");
    let one = one.handle((Path::<String>::new("model"),), move |(name,)| {
        let item = items.iter().find(|item| item.id == name).cloned();
        async { item.ok_or(GenerateError::UnknownModel(name)) }
    });
    [list, one]
}
