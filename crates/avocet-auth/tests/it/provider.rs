//! A provider of keys on a socket, with Avocet's own server.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use avocet::prelude::*;
use avocet::response::{Response, full_response};
use avocet::serve::Shutdown;
use avocet::types::Secret;
use avocet_auth::jwt::{Algorithm, Signer, SigningKey};
use avocet_store::Clock;
use http::HeaderValue;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm as Inner, EncodingKey};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// What the provider responds, and how often its keys were loaded.
#[derive(Clone)]
pub(crate) struct Provider(Arc<State>);

struct State {
    address: String,
    reply: Mutex<Reply>,
    issuer: Mutex<String>,
    loads: Mutex<u32>,
    /// Each load takes a permit.
    gate: Semaphore,
}

#[derive(Clone)]
struct Reply {
    status: StatusCode,
    body: String,
    header: (&'static str, String),
}

#[get("/keys")]
async fn keys(#[state] provider: Provider) -> Response {
    *provider.0.loads.lock().unwrap() += 1;
    provider.0.gate.acquire().await.unwrap().forget();
    let reply = provider.0.reply.lock().unwrap().clone();
    let mut response = full_response(
        reply.status,
        HeaderValue::from_static("application/json"),
        reply.body,
    );
    response
        .headers_mut()
        .insert(reply.header.0, reply.header.1.parse().unwrap());
    response
}

#[get("/.well-known/openid-configuration")]
async fn discovery(#[state] provider: Provider) -> Value {
    let issuer = provider.0.issuer.lock().unwrap().clone();
    json!({"issuer": issuer, "jwks_uri": provider.keys_address(), "scopes_supported": ["openid"]})
}

impl Provider {
    /// Starts a provider whose gate is open.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let provider = Self(Arc::new(State {
            issuer: Mutex::new(address.clone()),
            address,
            reply: Mutex::new(Reply {
                status: StatusCode::OK,
                body: String::new(),
                header: ("cache-control", "max-age=600".to_owned()),
            }),
            loads: Mutex::new(0),
            gate: Semaphore::new(1_000),
        }));
        let app = App::new("Provider", "1.0.0")
            .state(provider.clone())
            .routes(routes![keys, discovery]);
        let service = app.build().unwrap();
        tokio::spawn(service.serve_on(listener, Shutdown::when(pending())));
        provider
    }

    pub(crate) fn address(&self) -> &str {
        &self.0.address
    }

    pub(crate) fn keys_address(&self) -> String {
        format!("{}/keys", self.0.address)
    }

    pub(crate) fn publish(&self, keys: &[Value]) {
        let mut reply = self.0.reply.lock().unwrap();
        reply.status = StatusCode::OK;
        reply.body = json!({"keys": keys}).to_string();
    }

    pub(crate) fn respond(&self, status: u16, body: &str) {
        let mut reply = self.0.reply.lock().unwrap();
        reply.status = StatusCode::from_u16(status).unwrap();
        body.clone_into(&mut reply.body);
    }

    pub(crate) fn header(&self, name: &'static str, value: &str) {
        self.0.reply.lock().unwrap().header = (name, value.to_owned());
    }

    pub(crate) fn claim_issuer(&self, issuer: &str) {
        issuer.clone_into(&mut self.0.issuer.lock().unwrap());
    }

    pub(crate) fn loads(&self) -> u32 {
        *self.0.loads.lock().unwrap()
    }

    /// Holds the next loads back.
    pub(crate) async fn close_gate(&self) {
        let permits = u32::try_from(self.0.gate.available_permits()).unwrap();
        self.0.gate.acquire_many(permits).await.unwrap().forget();
    }

    pub(crate) fn open_gate(&self) {
        self.0.gate.add_permits(1_000);
    }
}

const RSA: &str = include_str!("keys/rsa.pem");
const EC: &str = include_str!("keys/ec.pem");

/// The public key of the tests' RSA key, with an id and further members.
pub(crate) fn rsa_key(id: &str, more: &Value) -> Value {
    public(
        &EncodingKey::from_rsa_pem(RSA.as_bytes()).unwrap(),
        Inner::RS256,
        id,
        more,
    )
}

pub(crate) fn ec_key(id: &str, more: &Value) -> Value {
    public(
        &EncodingKey::from_ec_pem(EC.as_bytes()).unwrap(),
        Inner::ES256,
        id,
        more,
    )
}

fn public(key: &EncodingKey, algorithm: Inner, id: &str, more: &Value) -> Value {
    let mut jwk = serde_json::to_value(Jwk::from_encoding_key(key, algorithm).unwrap()).unwrap();
    let members = jwk.as_object_mut().unwrap();
    members.remove("alg");
    members.insert("kid".to_owned(), id.into());
    members.extend(more.as_object().cloned().unwrap_or_default());
    jwk
}

/// A token with the tests' RSA key and a key id.
pub(crate) fn token(id: &str, clock: &Clock) -> Secret<String> {
    let key = SigningKey::rsa_pem(&Secret::new(RSA.to_owned())).unwrap();
    let signer =
        Signer::new(Algorithm::Rs256, key, Duration::from_secs(10 * 86_400)).clock(clock.clone());
    signer
        .issuer("login")
        .audience("api")
        .key_id(id)
        .sign(&json!({"sub": "ada"}))
        .unwrap()
}
