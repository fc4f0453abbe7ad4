//! One file for each kind of value: how it is described and how it is read.

mod any;
mod boolean;
mod boxed;
mod float;
mod integer;
mod list;
mod map;
mod optional;
mod string;
mod tuple;
