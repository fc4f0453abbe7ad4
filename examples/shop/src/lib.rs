//! A protected service in memory: users log in, each has items, and an admin sees the items of all.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use avocet::prelude::*;
use avocet::security::{BasicCredentials, unauthorized};
use avocet::types::Secret;
use uuid::Uuid;

/// Name, password, whether an admin. A real service has them in a database, with hashes of the passwords.
const USERS: [(&str, &str, bool); 2] = [("ada", "lovelace", true), ("bob", "builder", false)];

#[derive(Clone)]
struct User {
    name: &'static str,
    is_admin: bool,
}

/// A token for the header `Authorization`.
#[model(output)]
struct Token {
    access_token: String,
    token_type: &'static str,
}

/// What a user decides about an item.
#[model]
#[derive(Clone)]
struct NewItem {
    #[field(min_length = 1, max_length = 100)]
    name: String,
    /// In cents.
    #[field(ge = 1, le = 1_000_000)]
    price: u32,
}

#[model(output)]
#[derive(Clone)]
struct Item {
    id: Uuid,
    owner: &'static str,
    #[serde(flatten)]
    content: NewItem,
}

#[model]
struct Part {
    #[field(default = 0, le = 10_000)]
    offset: usize,
    #[field(default = 20, ge = 1, le = 100)]
    limit: usize,
}

/// A part of a list.
#[model(output)]
struct Page {
    items: Vec<Item>,
    /// The number of items in the whole list.
    total: usize,
}

#[errors]
enum Denied {
    /// Only an admin can do this
    #[error(status = 403)]
    NotAdmin,
}

#[errors]
enum Missing {
    /// You have no item with this id
    #[error(status = 404)]
    NoItem,
}

#[errors]
enum Full {
    /// The shop has 10,000 items already
    #[error(status = 409)]
    Full,
}

#[derive(Default)]
struct Data {
    items: Vec<Item>,
    tokens: VecDeque<(String, User)>,
}

impl Data {
    fn page(&self, part: Part, is_listed: impl Fn(&Item) -> bool) -> Page {
        let listed: Vec<_> = self.items.iter().filter(|item| is_listed(item)).collect();
        let items = listed.iter().skip(part.offset).take(part.limit);
        Page {
            items: items.map(|item| (*item).clone()).collect(),
            total: listed.len(),
        }
    }

    fn item_of(&mut self, user: &User, id: Uuid) -> Result<&mut Item, Missing> {
        let mut items = self.items.iter_mut();
        let item = items.find(|item| item.id == id && item.owner == user.name);
        item.ok_or(Missing::NoItem)
    }
}

type Shop = Arc<Mutex<Data>>;

/// Log in
#[post("/login")]
async fn login(#[basic] given: BasicCredentials, #[state] shop: Shop) -> Result<Token, HttpError> {
    let mut users = USERS.into_iter().filter(|(name, ..)| *name == given.name());
    let user = users.find(|(_, password, _)| given.has_password(password));
    let (name, _, is_admin) =
        user.ok_or_else(|| unauthorized("Basic", "Wrong name or password"))?;
    let access_token = Uuid::new_v4().to_string();
    let tokens = &mut shop.lock().expect("no panic").tokens;
    tokens.push_back((access_token.clone(), User { name, is_admin }));
    if tokens.len() > 10_000 {
        tokens.pop_front();
    }
    Ok(Token {
        access_token,
        token_type: "bearer",
    })
}

#[dependency]
async fn current_user(
    #[bearer] token: Secret<String>,
    #[state] shop: Shop,
) -> Result<User, HttpError> {
    let tokens = &shop.lock().expect("no panic").tokens;
    let known = tokens.iter().find(|(known, _)| token.matches(known));
    known
        .map(|(_, user)| user.clone())
        .ok_or_else(|| unauthorized("Bearer", "Unknown token"))
}

#[dependency]
async fn admin(#[depends(current_user)] user: User) -> Result<(), Denied> {
    user.is_admin.then_some(()).ok_or(Denied::NotAdmin)
}

/// List my items
#[get("/items")]
async fn list_items(
    #[depends(current_user)] user: User,
    #[query] part: Part,
    #[state] shop: Shop,
) -> Page {
    shop.lock()
        .expect("no panic")
        .page(part, |item| item.owner == user.name)
}

/// Add an item
#[post("/items", status = 201)]
async fn add_item(
    #[depends(current_user)] user: User,
    #[body] content: NewItem,
    #[state] shop: Shop,
) -> Result<Item, Full> {
    let mut data = shop.lock().expect("no panic");
    if data.items.len() >= 10_000 {
        return Err(Full::Full);
    }
    let item = Item {
        id: Uuid::new_v4(),
        owner: user.name,
        content,
    };
    data.items.push(item.clone());
    Ok(item)
}

/// Show one of my items
#[get("/items/{item_id}")]
async fn show_item(
    #[depends(current_user)] user: User,
    item_id: Uuid,
    #[state] shop: Shop,
) -> Result<Item, Missing> {
    let mut data = shop.lock().expect("no panic");
    Ok(data.item_of(&user, item_id)?.clone())
}

/// Replace one of my items
#[put("/items/{item_id}")]
async fn replace_item(
    #[depends(current_user)] user: User,
    item_id: Uuid,
    #[body] content: NewItem,
    #[state] shop: Shop,
) -> Result<Item, Missing> {
    let mut data = shop.lock().expect("no panic");
    let item = data.item_of(&user, item_id)?;
    item.content = content;
    Ok(item.clone())
}

/// Delete one of my items
#[delete("/items/{item_id}")]
async fn delete_item(
    #[depends(current_user)] user: User,
    item_id: Uuid,
    #[state] shop: Shop,
) -> Result<(), Missing> {
    let mut data = shop.lock().expect("no panic");
    data.item_of(&user, item_id)?;
    data.items.retain(|item| item.id != item_id);
    Ok(())
}

/// List the items of all users
#[get("/admin/items", requires(admin))]
async fn list_all_items(#[query] part: Part, #[state] shop: Shop) -> Page {
    shop.lock().expect("no panic").page(part, |_| true)
}

/// Builds the application, with two users and no items.
pub fn app() -> App {
    App::new("Shop", "1.0.0")
        .deny_by_default()
        .state(Shop::default())
        .routes(routes![
            login,
            list_items,
            add_item,
            show_item,
            replace_item,
            delete_item,
            list_all_items
        ])
}
