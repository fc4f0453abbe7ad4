//! Several models by name.

use std::convert::Infallible;

use avocet_context::{Caller, Context};
use avocet_inference::{BatchFn, Models, Workers, workers};

type Named = Workers<BatchFn<(), &'static str>>;

/// A model that returns its name.
fn named(name: &'static str) -> Named {
    workers::batch(
        name,
        |_| Ok(()),
        move |(), inputs: &[()]| Ok::<_, Infallible>(vec![name; inputs.len()]),
    )
}

async fn ask(models: &Models<BatchFn<(), &'static str>>, name: &str) -> &'static str {
    let model = models.get(name).expect("a model");
    model.run(()).await.expect("an output")
}

#[tokio::test]
async fn an_alias_shares_its_requests() {
    let models = Models::new().model(named("v1")).model(named("v2"));
    models.start().await.expect("a start");
    models
        .share("latest", [("v1", 3), ("v2", 1)])
        .expect("known models");
    let mut of_v2 = 0;
    for _ in 0..40 {
        of_v2 += usize::from(ask(&models, "latest").await == "v2");
    }
    assert_eq!(of_v2, 10);
    assert_eq!(ask(&models, "v2").await, "v2");
    models.stop().await;
}

#[tokio::test]
async fn a_caller_stays_with_its_model() {
    let models = Models::new().model(named("v1")).model(named("v2"));
    models.start().await.expect("a start");
    models
        .share("latest", [("v1", 1), ("v2", 1)])
        .expect("known models");
    let mut seen = Vec::new();
    for number in 0..20 {
        let context = || Context::new().with_caller(Caller::new(format!("caller-{number}")));
        let first = context().scope(ask(&models, "latest")).await;
        for _ in 0..3 {
            assert_eq!(context().scope(ask(&models, "latest")).await, first);
        }
        seen.push(first);
    }
    assert!(seen.contains(&"v1") && seen.contains(&"v2"));
    models.stop().await;
}

#[tokio::test]
async fn models_are_loaded_and_unloaded_while_others_run() {
    let models = Models::new().model(named("v1"));
    models.start().await.expect("a start");
    models.share("latest", [("v1", 1)]).expect("a known model");
    models.load(named("v2")).await.expect("a load");
    assert_eq!(models.names(), ["v1", "v2"]);
    models
        .share("latest", [("v1", 1), ("v2", 1)])
        .expect("known models");
    models.unload("v1").await.expect("a known model");
    for _ in 0..4 {
        assert_eq!(ask(&models, "latest").await, "v2");
    }
    models.unload("v2").await.expect("a known model");
    assert!(models.get("latest").is_none(), "an alias of no model");
}

#[tokio::test]
async fn a_model_of_the_same_name_replaces_the_old_one() {
    let models = Models::new().model(named("v1"));
    models.start().await.expect("a start");
    let old = models.get("v1").expect("a model");
    models.load(named("v1")).await.expect("a load");
    assert!(old.run(()).await.is_err(), "the old one is unloaded");
    assert_eq!(ask(&models, "v1").await, "v1");
    models.stop().await;
}

#[tokio::test]
async fn unknown_names_are_errors() {
    let models = Models::new().model(named("v1"));
    let error = models
        .share("latest", [("v3", 1)])
        .expect_err("an unknown model");
    assert_eq!(error.to_string(), "there is no model with the name \"v3\"");
    assert!(models.share("latest", [("v1", 0)]).is_err());
    assert!(models.unload("v3").await.is_err());
    assert!(models.get("latest").is_none());
}
