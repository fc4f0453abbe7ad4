use avocet::prelude::*;

#[get("/hello/{name}")]
async fn hello(name: String) -> String {
    format!("Hello, {name}!")
}

#[avocet::main]
async fn main() -> avocet::Result<()> {
    let app = App::new("Hello", "1.0.0").routes(routes![hello]);
    app.serve("127.0.0.1:8000").await
}
