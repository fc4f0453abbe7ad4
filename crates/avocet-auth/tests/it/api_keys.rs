//! API keys on each store.

use std::time::Duration;

use avocet::prelude::*;
use avocet::security::{ApiKey, Bearer};
use avocet::testing::TestClient;
use avocet::types::Secret;
use avocet_auth::SchemeExt;
use avocet_auth::keys::{ApiKeyError, ApiKeyInfo, ApiKeys, InvalidKey, NewApiKey};
use avocet_context::{Caller, Context};
use avocet_store::{Clock, Sqlite, Store};

const DAY: Duration = Duration::from_secs(86_400);

/// Runs a test on the memory and on `SQLite`.
async fn on_each_store(test: impl AsyncFn(Store, Clock)) {
    let clock = Clock::manual();
    test(Store::memory().with_clock(clock.clone()), clock).await;
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::manual();
    let sqlite = Sqlite::open(folder.path().join("store.db")).unwrap();
    test(Store::new(sqlite).with_clock(clock.clone()), clock).await;
}

fn reason(verified: Result<ApiKeyInfo, ApiKeyError>) -> InvalidKey {
    match verified {
        Err(ApiKeyError::Invalid(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

fn tenant() -> Caller {
    Caller::new("tenant-7")
}

#[tokio::test]
async fn a_key_is_shown_once_and_stored_as_a_hash() {
    on_each_store(async |store, _| {
        let keys = ApiKeys::new(&store, "acme").unwrap();
        let new = NewApiKey::of(tenant())
            .name("build")
            .scope("chat")
            .requests_per_minute(600);
        let created = keys.create(new).await.unwrap();
        let key = created.key.expose();
        let info = keys.verify(&created.key).await.unwrap();
        assert_eq!(info.shown, format!("acme_…{}", &key[key.len() - 4..]));
        assert_eq!((info.owner, info.name), (tenant(), "build".to_owned()));
        assert_eq!(
            (info.scopes, info.requests_per_minute),
            (vec!["chat".to_owned()], Some(600))
        );
        assert!(!format!("{created:?} {keys:?}").contains(key));
        // Neither the key nor its secret is in the store.
        let stored = store
            .namespace("api-keys")
            .unwrap()
            .scan("", None, 10)
            .await
            .unwrap();
        let [(id, entry)] = &*stored.entries else {
            panic!("{stored:?}")
        };
        let stored = String::from_utf8_lossy(&entry.value);
        let secret = key.rsplit('_').next().unwrap();
        assert!(
            !stored.contains(&secret[..10]) && !id.contains(&secret[..10]),
            "{stored}"
        );
    })
    .await;
}

#[tokio::test]
async fn v21_a_wrong_secret_and_an_unknown_id_are_rejected_alike() {
    on_each_store(async |store, _| {
        let keys = ApiKeys::new(&store, "acme").unwrap();
        let created = keys.create(NewApiKey::of(tenant())).await.unwrap();
        let other = ApiKeys::new(&Store::memory(), "acme").unwrap();
        let unknown = other.create(NewApiKey::of(tenant())).await.unwrap();
        assert_eq!(reason(keys.verify(&unknown.key).await), InvalidKey::Unknown);
        // The id of one key with the secret of another one, and a checksum that fits, as a rotation makes it.
        let rotated = keys.rotate(&created.info.id, Duration::ZERO).await.unwrap();
        assert_eq!(reason(keys.verify(&created.key).await), InvalidKey::Rotated);
        keys.rotate(&created.info.id, Duration::ZERO).await.unwrap();
        assert_eq!(reason(keys.verify(&created.key).await), InvalidKey::Unknown);
        assert_eq!(reason(keys.verify(&rotated.key).await), InvalidKey::Rotated);
        for odd in [
            "",
            "acme",
            "acme_x_y",
            &"acme_".repeat(1000),
            &created.key.expose().to_uppercase(),
        ] {
            let odd = Secret::new(odd.to_owned());
            assert_eq!(reason(keys.verify(&odd).await), InvalidKey::Malformed);
        }
    })
    .await;
}

#[tokio::test]
async fn a_rotated_key_works_until_the_overlap_ends() {
    on_each_store(async |store, clock| {
        let keys = ApiKeys::new(&store, "acme").unwrap();
        let old = keys
            .create(NewApiKey::of(tenant()).scope("chat"))
            .await
            .unwrap();
        let new = keys.rotate(&old.info.id, DAY).await.unwrap();
        assert_eq!(new.info.id, old.info.id);
        assert_eq!(new.info.scopes, ["chat"]);
        assert_eq!(new.info.previous_until, Some(clock.now().after(DAY)));
        clock.advance(Duration::from_millis(86_399_999));
        assert!(keys.verify(&old.key).await.is_ok());
        clock.advance(Duration::from_millis(1));
        assert_eq!(reason(keys.verify(&old.key).await), InvalidKey::Rotated);
        assert!(keys.verify(&new.key).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn revoked_and_expired_keys_are_rejected_and_listed_for_a_month() {
    on_each_store(async |store, clock| {
        let keys = ApiKeys::new(&store, "acme").unwrap();
        let revoked = keys.create(NewApiKey::of(tenant())).await.unwrap();
        let expiring = keys
            .create(NewApiKey::of(tenant()).expires_in(DAY))
            .await
            .unwrap();
        let overlapping = keys.rotate(&revoked.info.id, 2 * DAY).await.unwrap();
        keys.revoke(&revoked.info.id).await.unwrap();
        assert_eq!(reason(keys.verify(&revoked.key).await), InvalidKey::Revoked);
        assert_eq!(
            reason(keys.verify(&overlapping.key).await),
            InvalidKey::Revoked
        );
        assert!(keys.verify(&expiring.key).await.is_ok());
        clock.advance(DAY);
        assert_eq!(
            reason(keys.verify(&expiring.key).await),
            InvalidKey::Expired
        );
        for id in [&revoked.info.id, &expiring.info.id] {
            assert!(matches!(
                keys.rotate(id, DAY).await,
                Err(ApiKeyError::NotFound)
            ));
        }
        assert_eq!(keys.list(&tenant()).await.unwrap().len(), 2);
        clock.advance(29 * DAY);
        assert_eq!(keys.list(&tenant()).await.unwrap().len(), 1);
        clock.advance(DAY);
        assert_eq!(keys.list(&tenant()).await.unwrap().len(), 0);
        assert_eq!(
            reason(keys.verify(&expiring.key).await),
            InvalidKey::Unknown
        );
        assert!(matches!(
            keys.revoke("none").await,
            Err(ApiKeyError::NotFound)
        ));
    })
    .await;
}

#[tokio::test]
async fn the_last_use_is_written_once_a_minute() {
    on_each_store(async |store, clock| {
        let keys = ApiKeys::new(&store, "acme").unwrap();
        let created = keys.create(NewApiKey::of(tenant())).await.unwrap();
        let id = &created.info.id;
        let entries = store.namespace("api-keys").unwrap();
        let version = async || entries.get(id).await.unwrap().unwrap().version;
        assert_eq!(keys.get(id).await.unwrap().unwrap().last_used, None);
        let first = clock.now();
        keys.verify(&created.key).await.unwrap();
        let written = version().await;
        clock.advance(Duration::from_secs(59));
        keys.verify(&created.key).await.unwrap();
        assert_eq!(version().await, written);
        assert_eq!(keys.get(id).await.unwrap().unwrap().last_used, Some(first));
        clock.advance(Duration::from_secs(1));
        keys.verify(&created.key).await.unwrap();
        assert_ne!(version().await, written);
        assert_eq!(
            keys.get(id).await.unwrap().unwrap().last_used,
            Some(clock.now())
        );
    })
    .await;
}

#[tokio::test]
async fn an_owner_sees_its_own_keys() {
    on_each_store(async |store, clock| {
        let keys = ApiKeys::new(&store, "acme").unwrap();
        for (owner, name) in [("ann", "1"), ("ben", "2"), ("ann", "3")] {
            keys.create(NewApiKey::of(Caller::new(owner)).name(name))
                .await
                .unwrap();
            clock.advance(Duration::from_secs(1));
        }
        let names = async |owner: &str| {
            let keys = keys.list(&Caller::new(owner)).await.unwrap();
            keys.into_iter().map(|it| it.name).collect::<Vec<_>>()
        };
        assert_eq!(names("ann").await, ["1", "3"]);
        assert_eq!(names("ben").await, ["2"]);
        let id = keys.list(&Caller::new("ben")).await.unwrap()[0].id.clone();
        assert!(keys.delete(&id).await.unwrap());
        assert!(!keys.delete(&id).await.unwrap());
        assert_eq!(names("ben").await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn keys_are_bounded() {
    let keys = ApiKeys::new(&Store::memory(), "acme").unwrap();
    for _ in 0..100 {
        keys.create(NewApiKey::of(tenant())).await.unwrap();
    }
    let error = keys.create(NewApiKey::of(tenant())).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the owner has 100 keys, which is the limit: delete one"
    );
    let new = || NewApiKey::of(Caller::new("other"));
    for (new, expected) in [
        (
            NewApiKey::of(Caller::new("")),
            "the owner's id has 0 bytes, accepted are 1 to 256",
        ),
        (
            new().name("n".repeat(101)),
            "the name has 101 characters, the limit is 100",
        ),
        (
            new().scope("a b"),
            "the scope \"a b\" is not 1 to 128 visible ASCII characters without `\"` and `\\`",
        ),
        (new().expires_in(Duration::ZERO), "the key expires at once"),
    ] {
        assert_eq!(keys.create(new).await.unwrap_err().to_string(), expected);
    }
    let many = (0..65).fold(new(), |new, _| new.scope("s"));
    assert_eq!(
        keys.create(many).await.unwrap_err().to_string(),
        "the key has 65 scopes, the limit is 64"
    );
}

#[tokio::test]
async fn keys_created_at_the_same_time_are_bounded_too() {
    on_each_store(async |store, _| {
        let keys = ApiKeys::new(&store, "acme").unwrap();
        for _ in 0..95 {
            keys.create(NewApiKey::of(tenant())).await.unwrap();
        }
        let mut creating = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let keys = keys.clone();
            creating.spawn(async move { keys.create(NewApiKey::of(tenant())).await });
        }
        let mut created = 95;
        for outcome in creating.join_all().await {
            match outcome {
                Ok(key) => {
                    assert!(keys.verify(&key.key).await.is_ok());
                    created += 1;
                }
                Err(error) => assert!(matches!(error, ApiKeyError::TooMany { .. }), "{error}"),
            }
        }
        assert!(created <= 100, "{created}");
        assert_eq!(keys.list(&tenant()).await.unwrap().len(), created);
    })
    .await;
}

#[tokio::test]
async fn rotations_at_the_same_time_come_one_after_the_other() {
    on_each_store(async |store, _| {
        let keys = ApiKeys::new(&store, "acme").unwrap();
        let created = keys.create(NewApiKey::of(tenant())).await.unwrap();
        let rotate = || keys.rotate(&created.info.id, DAY);
        let (one, two, three) = tokio::join!(rotate(), rotate(), rotate());
        let mut valid = 0;
        for rotated in [one, two, three] {
            valid += usize::from(keys.verify(&rotated.unwrap().key).await.is_ok());
        }
        // The last one, and the one before it during its overlap.
        assert_eq!(valid, 2);
        let first = keys.verify(&created.key).await;
        assert_eq!(reason(first), InvalidKey::Unknown);
    })
    .await;
}

#[dependency]
async fn caller(
    #[extract(ApiKey::header("X-Key").verified_by::<ApiKeys>())] key: ApiKeyInfo,
) -> u32 {
    key.requests_per_minute.unwrap_or(0)
}

/// The owner as everything that runs for the request sees it.
#[get("/who", requires(caller, scopes("chat")))]
async fn who(#[depends(caller)] limit: u32) -> String {
    let caller = Context::current().caller().map(ToString::to_string);
    format!("{} {limit}", caller.unwrap_or_default())
}

#[get("/bearer")]
async fn bearer(#[extract(Bearer::new().verified_by::<ApiKeys>())] key: ApiKeyInfo) -> String {
    key.id
}

#[tokio::test]
async fn a_request_with_a_key_has_its_owner_as_the_caller() {
    let keys = ApiKeys::new(&Store::memory(), "acme").unwrap();
    let app = App::new("Keys", "1.0.0")
        .deny_by_default()
        .state(keys.clone())
        .routes(routes![who, bearer]);
    let client = TestClient::new(app.build().unwrap());
    assert_eq!(client.open_operations().await, [""; 0]);

    let good = NewApiKey::of(tenant()).scope("chat").requests_per_minute(7);
    let good = keys.create(good).await.unwrap();
    let without_scope = keys.create(NewApiKey::of(tenant())).await.unwrap();
    let get = |key: &str| client.get("/who").header("x-key", key).send();

    let response = get(good.key.expose()).await;
    assert_eq!(response.text().await, "\"tenant-7 7\"");
    let response = get(without_scope.key.expose()).await;
    assert_eq!(response.status(), 403);
    assert_eq!(
        response.text().await,
        r#"{"detail":"The scope chat is missing"}"#
    );
    for bad in ["acme_x", &good.key.expose()[1..]] {
        let response = get(bad).await;
        assert_eq!(
            (
                response.status().as_u16(),
                response.header("www-authenticate")
            ),
            (401, "APIKey")
        );
        assert_eq!(response.text().await, r#"{"detail":"Invalid credentials"}"#);
    }
    let response = client
        .get("/bearer")
        .header("authorization", "Bearer acme_x")
        .send()
        .await;
    assert_eq!(
        response.header("www-authenticate"),
        "Bearer error=\"invalid_token\""
    );

    let document: serde_json::Value = client.get("/openapi.json").send().await.json().await;
    let operation = &document["paths"]["/who"]["get"];
    let mut statuses: Vec<_> = operation["responses"].as_object().unwrap().keys().collect();
    statuses.sort();
    assert_eq!(statuses, ["200", "401", "403", "503"]);
    assert!(
        operation["security"][0]["APIKeyHeader"].is_array(),
        "{operation}"
    );
}
