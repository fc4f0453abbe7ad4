//! `vector` on bare hyper and serde_json, with nothing but the checks: what a specialist would write by hand.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Vector {
    id: String,
    values: Vec<f32>,
}

#[derive(Serialize)]
struct Norm {
    id: String,
    norm: f32,
}

fn json(status: StatusCode, body: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        "content-type",
        "application/json".parse().expect("a header"),
    );
    response
}

async fn embed(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    if request.method() != Method::POST || request.uri().path() != "/embed" {
        return Ok(json(
            StatusCode::NOT_FOUND,
            b"{\"detail\":\"Not Found\"}".to_vec(),
        ));
    }
    let wrong = || {
        json(
            StatusCode::UNPROCESSABLE_ENTITY,
            b"{\"detail\":\"invalid\"}".to_vec(),
        )
    };
    let Ok(body) = request.into_body().collect().await else {
        return Ok(wrong());
    };
    let Ok(vector) = serde_json::from_slice::<Vector>(&body.to_bytes()) else {
        return Ok(wrong());
    };
    let id_fits = (1..=64).contains(&vector.id.chars().count());
    if !id_fits
        || vector.values.len() != 512
        || !vector.values.iter().all(|value| value.is_finite())
    {
        return Ok(wrong());
    }
    let norm = vector
        .values
        .iter()
        .map(|value| value * value)
        .sum::<f32>()
        .sqrt();
    let answer = serde_json::to_vec(&Norm {
        id: vector.id,
        norm,
    })
    .expect("it serializes");
    Ok(json(StatusCode::OK, answer))
}

#[tokio::main]
async fn main() {
    let port = avocet_bench::port();
    let listener = TcpListener::bind(("127.0.0.1", port))
        .await
        .expect("the port is free");
    loop {
        let (socket, _) = listener.accept().await.expect("a connection");
        let _ = socket.set_nodelay(true);
        tokio::spawn(
            http1::Builder::new().serve_connection(TokioIo::new(socket), service_fn(embed)),
        );
    }
}
