//! Passwords: hashes, limits, and what happens beside them.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use avocet::response::HttpError;
use avocet::types::Secret;
use avocet_auth::password::{PasswordConfig, PasswordError, Passwords};

use crate::stalled::stalled;

/// Returns the output of a future that is ready at once.
async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        Poll::Ready(match future.as_mut().poll(context) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}

/// Hashes that take milliseconds also without optimizations.
fn cheap() -> PasswordConfig {
    PasswordConfig::new().memory_kib(64).passes(1)
}

fn password(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

#[tokio::test]
async fn the_default_cost_is_the_recommendation_of_owasp() {
    let passwords = Passwords::new();
    let hash = passwords.hash(password("correct horse")).await.unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
    assert!(
        passwords
            .verify(password("correct horse"), Some(&hash))
            .await
            .unwrap()
    );
    assert!(
        !passwords
            .verify(password("correct hors"), Some(&hash))
            .await
            .unwrap()
    );
    assert!(!passwords.needs_rehash(&hash));
}

#[tokio::test]
async fn two_hashes_of_a_password_differ() {
    let passwords = cheap().build().unwrap();
    let first = passwords.hash(password("same")).await.unwrap();
    assert_ne!(first, passwords.hash(password("same")).await.unwrap());
}

#[test]
fn an_unknown_user_is_verified_against_a_hash_of_the_same_cost() {
    stalled(async |release| {
        let passwords = cheap().concurrent(1).waiting(0).build().unwrap();
        let mut unknown = std::pin::pin!(passwords.verify(password("any"), None));
        // A response without a computation would be there already.
        assert!(poll_once(unknown.as_mut()).await.is_none());
        let busy = passwords.verify(password("any"), None).await;
        assert_eq!(busy, Err(PasswordError::Busy { limit: 0 }));
        release.now();
        assert_eq!(unknown.await, Ok(false));
    });
}

#[tokio::test]
async fn a2_no_password_is_the_one_of_an_unknown_user() {
    let passwords = cheap().password_bytes(8).build().unwrap();
    for text in ["", "\0\0\0\0\0\0\0\0", "\0\0\0\0\0\0\0\0\0"] {
        assert_eq!(passwords.verify(password(text), None).await, Ok(false));
    }
}

#[test]
fn a_flood_of_logins_is_bounded() {
    stalled(async |release| {
        let passwords = cheap().concurrent(2).waiting(3).build().unwrap();
        let logins = (0..20).map(|_| {
            let passwords = passwords.clone();
            tokio::spawn(async move { passwords.verify(password("any"), None).await })
        });
        let logins: Vec<_> = logins.collect();
        // All of them run until they wait or are rejected.
        tokio::task::yield_now().await;
        release.now();
        let (mut computed, mut rejected) = (0, 0);
        for login in logins {
            match login.await.unwrap() {
                Ok(false) => computed += 1,
                Err(PasswordError::Busy { limit: 3 }) => rejected += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((computed, rejected), (5, 15));
        // Afterwards all places are free again.
        assert_eq!(passwords.verify(password("any"), None).await, Ok(false));
    });
}

#[test]
fn a_login_too_many_is_a_503() {
    let busy = HttpError::from(PasswordError::Busy { limit: 3 });
    let response = busy.into_response(avocet::response::ErrorFormat::FastApi);
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["retry-after"]
        ),
        (503, &"1".parse().unwrap())
    );
}

#[test]
fn hashes_are_not_computed_on_async_threads() {
    stalled(async |release| {
        let passwords = cheap().build().unwrap();
        let mut hashing = std::pin::pin!(passwords.hash(password("any")));
        // The thread for blocking work is occupied, so a hash that was there would have been computed here.
        assert!(poll_once(hashing.as_mut()).await.is_none());
        release.now();
        assert!(hashing.await.is_ok());
    });
}

#[test]
fn a_hash_whose_client_left_keeps_its_place_until_it_ends() {
    stalled(async |release| {
        let passwords = cheap().concurrent(1).waiting(0).build().unwrap();
        {
            let hashing = std::pin::pin!(passwords.hash(password("any")));
            assert!(poll_once(hashing).await.is_none());
        }
        let busy = passwords.hash(password("any")).await;
        assert_eq!(busy, Err(PasswordError::Busy { limit: 0 }));
        release.now();
    });
}

#[tokio::test]
async fn passwords_are_bounded() {
    let passwords = cheap().password_bytes(8).build().unwrap();
    let hash = passwords.hash(password("12345678")).await.unwrap();
    let long = passwords.hash(password("123456789")).await;
    assert_eq!(long, Err(PasswordError::TooLong { bytes: 9, limit: 8 }));
    assert_eq!(
        passwords.verify(password("12345678"), Some(&hash)).await,
        Ok(true)
    );
    assert_eq!(
        passwords.verify(password("123456789"), Some(&hash)).await,
        Ok(false)
    );
}

#[tokio::test]
async fn stored_hashes_are_checked() {
    let passwords = cheap().build().unwrap();
    let hash = passwords.hash(password("any")).await.unwrap();
    for bad in [
        String::new(),
        "any".to_owned(),
        hash.replace("argon2id", "scrypt"),
        // As much memory as the machine has.
        hash.replace("m=64", "m=4294967295"),
        hash.replace("t=1", "t=1000000"),
    ] {
        let verified = passwords.verify(password("any"), Some(&bad)).await;
        assert_eq!(verified, Err(PasswordError::StoredHash), "{bad}");
    }
    let dearer = PasswordConfig::new()
        .memory_kib(128)
        .passes(1)
        .build()
        .unwrap();
    assert!(dearer.verify(password("any"), Some(&hash)).await.unwrap());
    assert!(dearer.needs_rehash(&hash));
    assert!(dearer.needs_rehash("any"));
    assert!(!passwords.needs_rehash(&hash));
    assert!(passwords.needs_rehash(&hash.replace("argon2id", "argon2i")));
}

#[test]
fn settings_out_of_range_are_rejected() {
    for (config, expected) in [
        (
            cheap().memory_kib(7),
            "memory_kib is 7, accepted are 8 to 1048576",
        ),
        (
            cheap().memory_kib(64).lanes(9),
            "memory_kib is 64, accepted are 72 to 1048576",
        ),
        (cheap().passes(101), "passes is 101, accepted are 1 to 100"),
        (cheap().lanes(0), "lanes is 0, accepted are 1 to 64"),
        (
            cheap().password_bytes(0),
            "password_bytes is 0, accepted are 1 to 1048576",
        ),
        (
            cheap().concurrent(0),
            "concurrent is 0, accepted are 1 to 1152921504606846975",
        ),
    ] {
        assert_eq!(config.build().unwrap_err().to_string(), expected);
    }
}
