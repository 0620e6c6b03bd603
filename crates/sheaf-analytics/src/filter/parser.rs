//! Reading a filter by recursive descent.

use super::token::{Token, tokens};
use super::{MAX_FILTER_BYTES, Position};
use crate::error::AnalyticsError;
use crate::plan::expr::{Arithmetic, Comparison, Expr};

/// Brackets and `!` within one another: no hand-written filter comes near, and the stack is safe.
const MAX_DEPTH: usize = 32;

/// Signs in one filter, because each deepens the tree that is walked later.
const MAX_TOKENS: usize = 512;

type Parsed = (Option<Expr>, Vec<(String, Position)>);

/// Reads a filter; no expression where the text is empty.
pub fn parse(text: &str) -> Result<Parsed, AnalyticsError> {
    let start = Position { line: 1, column: 1 };
    if text.len() > MAX_FILTER_BYTES {
        return Err(start.error(format!("a filter has at most {MAX_FILTER_BYTES} bytes")));
    }
    let tokens = tokens(text)?;
    if tokens.len() > MAX_TOKENS {
        return Err(start.error(format!("a filter has at most {MAX_TOKENS} words and signs")));
    }
    let mut parser = Parser { tokens, at: 0, depth: 0, columns: Vec::new() };
    if *parser.peek() == Token::End {
        return Ok((None, Vec::new()));
    }
    let expr = parser.either()?;
    match parser.peek() {
        Token::End => Ok((Some(expr), parser.columns)),
        Token::Sign("=") => Err(parser.error("write `==` to compare")),
        Token::Sign("/") => Err(parser.error("there is no division in a filter")),
        other => {
            let message =
                format!("{} does not follow here; join conditions with & or |", other.shown());
            Err(parser.error(message))
        }
    }
}

struct Parser {
    tokens: Vec<(Token, Position)>,
    at: usize,
    depth: usize,
    columns: Vec<(String, Position)>,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |token| &token.0)
    }

    fn place(&self) -> Position {
        let last = self.tokens.last().map_or(Position { line: 1, column: 1 }, |token| token.1);
        self.tokens.get(self.at).map_or(last, |token| token.1)
    }

    fn error(&self, message: impl Into<String>) -> AnalyticsError {
        self.place().error(message.into())
    }

    fn accept(&mut self, sign: &'static str) -> bool {
        let here = *self.peek() == Token::Sign(sign);
        self.at += usize::from(here);
        here
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), AnalyticsError> {
        if self.accept(sign) {
            return Ok(());
        }
        Err(self.error(format!("`{sign}` is missing before {}", self.peek().shown())))
    }

    fn either(&mut self) -> Result<Expr, AnalyticsError> {
        let mut expr = self.both()?;
        loop {
            if *self.peek() == Token::Sign("||") {
                return Err(self.error("write | for either of two conditions"));
            }
            if !self.accept("|") {
                return Ok(expr);
            }
            expr = expr.or(self.both()?);
        }
    }

    fn both(&mut self) -> Result<Expr, AnalyticsError> {
        let mut expr = self.condition()?;
        loop {
            if *self.peek() == Token::Sign("&&") {
                return Err(self.error("write & for both of two conditions"));
            }
            if !self.accept("&") {
                return Ok(expr);
            }
            expr = expr.and(self.condition()?);
        }
    }

    fn condition(&mut self) -> Result<Expr, AnalyticsError> {
        let left = self.sum()?;
        let comparison = match self.peek() {
            Token::Sign("==") => Comparison::Equal,
            Token::Sign("!=") => Comparison::NotEqual,
            Token::Sign("<") => Comparison::Less,
            Token::Sign("<=") => Comparison::LessOrEqual,
            Token::Sign(">") => Comparison::Greater,
            Token::Sign(">=") => Comparison::GreaterOrEqual,
            Token::Name(name) if name == "in" => {
                self.at += 1;
                return self.list(left);
            }
            _ => return Ok(left),
        };
        self.at += 1;
        Ok(left.compare(comparison, self.sum()?))
    }

    fn list(&mut self, left: Expr) -> Result<Expr, AnalyticsError> {
        self.expect("[")?;
        let mut items = Vec::new();
        while !self.accept("]") {
            if !items.is_empty() {
                self.expect(",")?;
            }
            items.push(self.literal()?);
        }
        Ok(left.is_in(items))
    }

    fn literal(&mut self) -> Result<Expr, AnalyticsError> {
        let negative = self.accept("-");
        let literal = match self.peek() {
            Token::Text(text) if !negative => Expr::Text(text.clone()),
            Token::Int(number) => Expr::Int(if negative { -number } else { *number }),
            other => {
                return Err(
                    self.error(format!("a text or a number is needed, not {}", other.shown()))
                );
            }
        };
        self.at += 1;
        Ok(literal)
    }

    fn sum(&mut self) -> Result<Expr, AnalyticsError> {
        let mut expr = self.product()?;
        loop {
            let operation = match self.peek() {
                Token::Sign("+") => Arithmetic::Add,
                Token::Sign("-") => Arithmetic::Subtract,
                _ => return Ok(expr),
            };
            self.at += 1;
            expr = expr.arithmetic(operation, self.product()?);
        }
    }

    fn product(&mut self) -> Result<Expr, AnalyticsError> {
        let mut expr = self.value()?;
        loop {
            let operation = match self.peek() {
                Token::Sign("*") => Arithmetic::Multiply,
                Token::Sign("%") => Arithmetic::Remainder,
                _ => return Ok(expr),
            };
            self.at += 1;
            expr = expr.arithmetic(operation, self.value()?);
        }
    }

    fn value(&mut self) -> Result<Expr, AnalyticsError> {
        if self.depth == MAX_DEPTH {
            return Err(self.error("too many brackets within brackets"));
        }
        self.depth += 1;
        let value = self.value_within();
        self.depth -= 1;
        value
    }

    fn value_within(&mut self) -> Result<Expr, AnalyticsError> {
        if self.accept("!") {
            return Ok(!self.value()?);
        }
        let value = match self.peek().clone() {
            Token::Sign("(") => {
                self.at += 1;
                let inner = self.either()?;
                self.expect(")")?;
                inner
            }
            Token::Name(name) if name == "true" || name == "false" => {
                self.at += 1;
                Expr::Bool(name == "true")
            }
            Token::Name(name) => self.column(name)?,
            Token::Text(_) | Token::Int(_) | Token::Sign("-") => self.literal()?,
            other => {
                let message = format!("a column or a value is needed, not {}", other.shown());
                return Err(self.error(message));
            }
        };
        self.methods(value)
    }

    /// A column by its bare name, or as a script writes it: `col("name")`.
    fn column(&mut self, name: String) -> Result<Expr, AnalyticsError> {
        let place = self.place();
        self.at += 1;
        let name = if name == "col" && self.accept("(") {
            let Token::Text(name) = self.peek().clone() else {
                return Err(self.error("the name of a column in quotes is needed"));
            };
            self.at += 1;
            self.expect(")")?;
            name
        } else {
            name
        };
        self.columns.push((name.clone(), place));
        Ok(Expr::Column(name))
    }

    fn methods(&mut self, mut value: Expr) -> Result<Expr, AnalyticsError> {
        while self.accept(".") {
            let Token::Name(name) = self.peek().clone() else {
                return Err(self.error("is_null(), is_in([..]) or between(a, b) is needed"));
            };
            let place = self.place();
            self.at += 1;
            self.expect("(")?;
            value = match name.as_str() {
                "is_null" => value.is_null(),
                "is_in" => self.list(value)?,
                "between" => {
                    let low = self.literal()?;
                    self.expect(",")?;
                    value.between(low, self.literal()?)
                }
                _ => {
                    let message =
                        format!("`{name}` is not known here; is_null, is_in, between are");
                    return Err(place.error(message));
                }
            };
            self.expect(")")?;
        }
        Ok(value)
    }
}
