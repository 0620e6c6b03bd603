//! The words of a filter.

use super::Position;
use crate::error::AnalyticsError;

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A name of a column, or `in`, `true`, `false`.
    Name(String),
    /// A text without its quotes.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A sign.
    Sign(&'static str),
    /// The end.
    End,
}

impl Token {
    /// The word as a message shows it.
    pub fn shown(&self) -> String {
        match self {
            Self::Name(name) => format!("`{name}`"),
            Self::Text(_) => "a text".to_owned(),
            Self::Int(number) => format!("`{number}`"),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "the end".to_owned(),
        }
    }
}

const SIGNS: [&str; 20] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "=", "!", "&", "|", "(", ")", "[", "]", ",", ".",
    "+", "-",
];

const MORE_SIGNS: [&str; 3] = ["*", "%", "/"];

/// The words of a text with their places; the last is [`Token::End`].
pub fn tokens(text: &str) -> Result<Vec<(Token, Position)>, AnalyticsError> {
    let mut reader = Reader { rest: text, at: Position { line: 1, column: 1 } };
    let mut tokens = Vec::new();
    loop {
        reader.skip(reader.rest.len() - reader.rest.trim_start().len());
        let at = reader.at;
        let token = reader.next()?;
        let done = token == Token::End;
        tokens.push((token, at));
        if done {
            return Ok(tokens);
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
    at: Position,
}

impl<'a> Reader<'a> {
    /// Takes so many bytes, which end between characters.
    fn skip(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        for letter in taken.chars() {
            self.at = match letter {
                '\n' => Position { line: self.at.line + 1, column: 1 },
                _ => Position { column: self.at.column + 1, ..self.at },
            };
        }
        self.rest = rest;
        taken
    }

    fn next(&mut self) -> Result<Token, AnalyticsError> {
        let Some(first) = self.rest.chars().next() else { return Ok(Token::End) };
        if first == '"' || first == '\'' {
            return self.text(first);
        }
        if first.is_ascii_digit() {
            let number = self.take_while(|letter| letter.is_ascii_digit() || letter == '_');
            let at = self.at;
            return number
                .replace('_', "")
                .parse()
                .map(Token::Int)
                .map_err(|_| at.error(format!("`{number}` is too large")));
        }
        if first.is_alphabetic() || first == '_' {
            let name = self.take_while(|letter| letter.is_alphanumeric() || letter == '_');
            return Ok(Token::Name(name.to_owned()));
        }
        let signs = SIGNS.iter().chain(&MORE_SIGNS);
        match signs.copied().find(|sign| self.rest.starts_with(sign)) {
            Some(sign) => {
                self.skip(sign.len());
                Ok(Token::Sign(sign))
            }
            None => Err(self.at.error(format!("`{first}` means nothing in a filter"))),
        }
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|letter| !keep(letter)).unwrap_or(self.rest.len());
        self.skip(end)
    }

    fn text(&mut self, quote: char) -> Result<Token, AnalyticsError> {
        let at = self.at;
        let mut text = String::new();
        let mut escaped = false;
        for (place, letter) in self.rest.char_indices().skip(1) {
            match letter {
                _ if escaped => {
                    text.push(letter);
                    escaped = false;
                }
                '\\' => escaped = true,
                letter if letter == quote => {
                    self.skip(place + letter.len_utf8());
                    return Ok(Token::Text(text));
                }
                letter => text.push(letter),
            }
        }
        Err(at.error(format!("this text has no closing {quote}")))
    }
}
