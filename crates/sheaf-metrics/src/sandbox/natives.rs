//! Functions of the language that could make much out of little in one step, in a form that looks
//! at its limits while it works. The engine looks only at what they give back.

use rhai::{
    Array, Dynamic, Engine, EvalAltResult, FnPtr, ImmutableString, Map, NativeCallContext, Position,
};

use super::Held;
use crate::limits::MAX_STRING;
use crate::registry::Answer;

/// Takes the place of those that the packages bring.
pub(super) fn register(engine: &mut Engine) {
    engine
        .register_fn("map", map_array)
        .register_fn("map", map_map)
        .register_fn("replace", replace)
        .register_fn("replace", replace_char);
}

/// Each item turned into another by a function of the item, of the item and its place, or of
/// nothing but `this`.
fn map_array(context: NativeCallContext<'_>, items: Array, mapper: FnPtr) -> Answer<Array> {
    let held = Held::default();
    let mut mapped = Array::new();
    for (place, mut item) in items.into_iter().enumerate() {
        let place = Dynamic::from_int(i64::try_from(place).unwrap_or(i64::MAX));
        let mut answer = mapper.call_raw(&context, None, [item.clone()]);
        if is_missing(&answer, &mapper) {
            answer = mapper.call_raw(&context, None, [item.clone(), place]);
        }
        if is_missing(&answer, &mapper) {
            answer = mapper.call_raw(&context, Some(&mut item), []);
        }
        mapped.push(counted(&held, answer?)?);
    }
    Ok(mapped)
}

/// Each value, as `this`, turned into another by a function of its key, or of the key and the
/// value.
fn map_map(context: NativeCallContext<'_>, map: Map, mapper: FnPtr) -> Answer<Map> {
    let held = Held::default();
    let mut mapped = Map::new();
    for (key, mut value) in map {
        let name = Dynamic::from(key.as_str().to_owned());
        let mut answer = mapper.call_raw(&context, Some(&mut value), [name.clone()]);
        if is_missing(&answer, &mapper) {
            answer = mapper.call_raw(&context, None, [name, value]);
        }
        mapped.insert(key, counted(&held, answer?)?);
    }
    Ok(mapped)
}

/// Whether the function itself was not found for so many arguments.
fn is_missing(answer: &Answer<Dynamic>, function: &FnPtr) -> bool {
    match answer.as_ref().map_err(|error| &**error) {
        Err(EvalAltResult::ErrorFunctionNotFound(name, _)) => name.starts_with(function.fn_name()),
        _ => false,
    }
}

fn counted(held: &Held, value: Dynamic) -> Answer<Dynamic> {
    held.value(&value);
    match held.stop() {
        Some(stop) => Err(EvalAltResult::ErrorRuntime(Dynamic::from(stop), Position::NONE).into()),
        None => Ok(value),
    }
}

/// Every place at which a text stands gets another text.
fn replace(text: &mut ImmutableString, find: &str, with: &str) -> Answer<()> {
    let places = text.matches(find).count();
    let length = places.saturating_mul(with.len()).saturating_add(text.len());
    if length.saturating_sub(places.saturating_mul(find.len())) > MAX_STRING {
        let what = "Length of string".to_owned();
        return Err(EvalAltResult::ErrorDataTooLarge(what, Position::NONE).into());
    }
    *text = text.replace(find, with).into();
    Ok(())
}

/// The same of a letter.
fn replace_char(text: &mut ImmutableString, find: char, with: &str) -> Answer<()> {
    replace(text, find.encode_utf8(&mut [0; 4]), with)
}
