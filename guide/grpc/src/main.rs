//! A small application with the health service of gRPC: `grpcurl -plaintext 127.0.0.1:8000 grpc.health.v1.Health/Check`.

use grpc_with_avocet::app;

#[avocet::main]
async fn main() -> avocet::Result<()> {
    let (_reporter, health) = tonic_health::server::health_reporter();
    app(health).serve("127.0.0.1:8000").await
}
