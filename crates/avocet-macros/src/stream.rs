//! `stream!`: an async block with `yield`, as calls that stable Rust has.
//!
//! The block is rewritten as tokens, not as a syntax tree, so that `yield` works inside other macros as well and an editor can read a
//! block that is not finished.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprClosure, ExprReturn, ExprYield, Label, Lifetime, Pat, Token, token};

use crate::mistakes::{Mistakes, collecting};

const MISPLACED: &str = "`yield` sends an item only from the block of the stream, not from a closure, an async block or a function inside it";

/// Prints the stream. The tokens begin with the path of avocet in parentheses.
pub(crate) fn run(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter();
    let avocet = match tokens.next() {
        Some(TokenTree::Group(path)) => path.stream(),
        other => quote!(#other),
    };
    let yielder = Ident::new("yielder", Span::mixed_site());
    let body = collecting(|mistakes| {
        let mut block = Block {
            avocet: &avocet,
            yielder: &yielder,
            mistakes,
        };
        let body = block.rewrite(tokens.collect());
        // What is left of a block with a mistake would be more errors.
        if mistakes.none() {
            body
        } else {
            TokenStream::new()
        }
    });
    quote! {{
        let (mut #yielder, items) = #avocet::__private::yielder();
        items.made_by(async move {
            // For a block that yields nothing.
            let _ = &mut #yielder;
            { #body }
            #[allow(unreachable_code, reason = "a block may end with a loop or with `return`")]
            ::core::result::Result::Ok(())
        })
    }}
}

struct Block<'b> {
    avocet: &'b TokenStream,
    yielder: &'b Ident,
    mistakes: &'b mut Mistakes,
}

impl Block<'_> {
    fn rewrite(&mut self, tokens: TokenStream) -> TokenStream {
        let rewritten = (|input: ParseStream<'_>| self.rewrite_all(input)).parse2(tokens);
        self.mistakes.good(rewritten).unwrap_or_default()
    }

    fn rewrite_all(&mut self, input: ParseStream<'_>) -> syn::Result<TokenStream> {
        let mut printed = TokenStream::new();
        // Whether an operand ends here. Otherwise `|` begins a closure.
        let mut behind_operand = false;
        while !input.is_empty() {
            if input.peek(Token![yield]) {
                printed.extend(self.item(input.parse()?));
            } else if input.peek(Token![return]) {
                printed.extend(self.end(input.parse()?));
            } else if is_for_await(input) {
                printed.extend(self.for_await(input)?);
            } else if !behind_operand && input.peek(Token![|]) && is_closure(input) {
                let closure: ExprClosure = input.parse()?;
                printed.extend(self.verbatim(closure.into_token_stream()));
            } else if is_async_block(input) || is_function(input) {
                printed.extend(self.until_group(input)?);
            } else if is_stream(input) {
                // Its `yield` and `return` are its own.
                for _ in 0..3 {
                    printed.extend([input.parse::<TokenTree>()?]);
                }
            } else {
                let token: TokenTree = input.parse()?;
                behind_operand = ends_operand(&token);
                printed.extend([match token {
                    TokenTree::Group(group) => self.group(&group).into(),
                    other => other,
                }]);
                continue;
            }
            behind_operand = true;
        }
        Ok(printed)
    }

    /// Prints `yield value`.
    fn item(&mut self, item: ExprYield) -> TokenStream {
        let yielder = self.yielder;
        let value = match item.expr {
            Some(value) => self.rewrite(value.into_token_stream()),
            None => quote!(()),
        };
        quote_spanned!(item.yield_token.span=> #yielder.send(#value).await)
    }

    /// Prints `return`.
    fn end(&mut self, end: ExprReturn) -> TokenStream {
        let value = match end.expr {
            Some(value) => self.rewrite(value.into_token_stream()),
            None => quote!(()),
        };
        quote_spanned!(end.return_token.span=> return ::core::result::Result::Ok(#value))
    }

    /// Prints `for await pattern in stream { .. }`.
    fn for_await(&mut self, input: ParseStream<'_>) -> syn::Result<TokenStream> {
        let label: Option<Label> = input.peek(Lifetime).then(|| input.parse()).transpose()?;
        input.parse::<Token![for]>()?;
        input.parse::<Token![await]>()?;
        let pattern = Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<Token![in]>()?;
        let stream = Expr::parse_without_eager_brace(input)?;
        let stream = self.rewrite(stream.into_token_stream());
        let body: Group = input.parse()?;
        let body = self.group(&body);
        let avocet = self.avocet;
        let items = Ident::new("items", Span::mixed_site());
        Ok(quote! {{
            let mut #items = ::core::pin::pin!(#stream);
            #label loop {
                let #pattern = match #avocet::__private::next(&mut #items).await {
                    ::core::option::Option::Some(item) => item,
                    ::core::option::Option::None => break,
                };
                #body
            }
        }})
    }

    fn group(&mut self, group: &Group) -> Group {
        let mut new = Group::new(group.delimiter(), self.rewrite(group.stream()));
        new.set_span(group.span());
        new
    }

    /// Prints an async block or a function, up to and with its body, as it is.
    fn until_group(&mut self, input: ParseStream<'_>) -> syn::Result<TokenStream> {
        let mut printed = TokenStream::new();
        loop {
            let token: TokenTree = input.parse()?;
            let is_body =
                matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
            printed.extend([token]);
            if is_body {
                return Ok(self.verbatim(printed));
            }
        }
    }

    /// Returns the tokens, where `return` and `?` have another meaning. A `yield` in them is an error.
    fn verbatim(&mut self, tokens: TokenStream) -> TokenStream {
        let check = |input: ParseStream<'_>| {
            let mut printed = TokenStream::new();
            while !input.is_empty() {
                if is_stream(input) {
                    for _ in 0..3 {
                        printed.extend([input.parse::<TokenTree>()?]);
                    }
                    continue;
                }
                match input.parse::<TokenTree>()? {
                    TokenTree::Ident(word) if word == "yield" => {
                        self.mistakes.add(word, MISPLACED);
                    }
                    TokenTree::Group(group) => {
                        let mut new = Group::new(group.delimiter(), self.verbatim(group.stream()));
                        new.set_span(group.span());
                        printed.extend([TokenTree::from(new)]);
                    }
                    other => printed.extend([other]),
                }
            }
            Ok(printed)
        };
        // It takes any tokens.
        check.parse2(tokens).unwrap_or_default()
    }
}

fn is_for_await(input: ParseStream<'_>) -> bool {
    if input.peek(Lifetime) && input.peek2(Token![:]) && input.peek3(Token![for]) {
        let ahead = input.fork();
        return ahead.parse::<Label>().is_ok() && ahead.peek2(Token![await]);
    }
    input.peek(Token![for]) && input.peek2(Token![await])
}

fn is_closure(input: ParseStream<'_>) -> bool {
    input.fork().parse::<ExprClosure>().is_ok()
}

fn is_async_block(input: ParseStream<'_>) -> bool {
    let is_brace = input.peek2(token::Brace);
    let is_move = input.peek2(Token![move]) && input.peek3(token::Brace);
    input.peek(Token![async]) && (is_brace || is_move)
}

/// Returns whether a function with a body begins here, not a type of functions.
fn is_function(input: ParseStream<'_>) -> bool {
    input.peek(Token![fn]) && input.peek2(syn::Ident)
}

/// Returns whether another `stream!` begins here, of avocet or of another crate.
fn is_stream(input: ParseStream<'_>) -> bool {
    let Ok(name) = input.fork().parse::<Ident>() else {
        return false;
    };
    let is_group =
        input.peek3(token::Brace) || input.peek3(token::Paren) || input.peek3(token::Bracket);
    (name == "stream" || name == "try_stream") && input.peek2(Token![!]) && is_group
}

fn ends_operand(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => {
            let begins_one = [
                "async", "break", "else", "if", "in", "match", "move", "static", "while",
            ];
            !begins_one.iter().any(|keyword| word == keyword)
        }
        TokenTree::Punct(sign) => sign.as_char() == '?',
        TokenTree::Group(_) | TokenTree::Literal(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;

    use super::{Block, Ident, Span};
    use crate::mistakes::Mistakes;

    fn rewritten(tokens: TokenStream) -> Result<String, String> {
        let mut mistakes = Mistakes::silent();
        let mut block = Block {
            avocet: &quote!(avocet),
            yielder: &Ident::new("yielder", Span::call_site()),
            mistakes: &mut mistakes,
        };
        let printed = block.rewrite(tokens);
        if mistakes.none() {
            Ok(printed.to_string())
        } else {
            Err(mistakes.sentences())
        }
    }

    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "both are printed by `quote!`"
    )]
    fn assert_rewritten(tokens: TokenStream, expected: TokenStream) {
        assert_eq!(rewritten(tokens), Ok(expected.to_string()));
    }

    #[test]
    fn yield_and_return_are_rewritten_everywhere_in_the_block() {
        assert_rewritten(
            quote!(if a {
                yield b + 1;
                return;
            }),
            quote!(if a {
                yielder.send(b + 1).await;
                return ::core::result::Result::Ok(());
            }),
        );
        assert_rewritten(
            quote!(select! { a = b => yield a?, _ = c => return, }),
            quote!(
                select! { a = b => yielder.send(a?).await, _ = c => return ::core::result::Result::Ok(()), }
            ),
        );
        assert_rewritten(
            quote!(match a {
                1 | 2 => return,
                _ => yield,
            }),
            quote!(match a {
                1 | 2 => return ::core::result::Result::Ok(()),
                _ => yielder.send(()).await,
            }),
        );
        assert_rewritten(
            quote!(if a || { return } {}),
            quote!(if a || { return ::core::result::Result::Ok(()) } {}),
        );
    }

    #[test]
    fn what_has_its_own_return_keeps_it() {
        for kept in [
            quote!(all.retain(|it| { return it > 1; });),
            quote!(let a = move |it: u32| return it; let b = |_| { return };),
            quote!(let a = async { return 1; }; let b = async move { return 1; };),
            quote!(
                fn a(b: u32) -> u32 {
                    return b;
                }
            ),
            quote!(let a = stream! { yield 1; return; };),
            quote!(let a = |_| avocet::stream! { yield 1; };),
        ] {
            assert_rewritten(kept.clone(), kept);
        }
    }

    #[test]
    fn a_function_pointer_is_no_function() {
        assert_rewritten(
            quote!(let a: fn(u32) = b; if c { yield 1; }),
            quote!(let a: fn(u32) = b; if c { yielder.send(1).await; }),
        );
    }

    #[test]
    fn yield_elsewhere_is_an_error() {
        for tokens in [
            quote!(all.map(|it| yield it)),
            quote!(let a = async move { if b { yield 1; } };),
            quote!(
                fn a() {
                    yield 1;
                }
            ),
        ] {
            assert_eq!(rewritten(tokens), Err(super::MISPLACED.to_owned()));
        }
    }
}
