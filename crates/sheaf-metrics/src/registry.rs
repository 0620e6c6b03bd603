//! One table of everything that a script can call: from it functions are registered, suggestions
//! are made and the reference is written.

use rhai::{EvalAltResult, Module, RhaiNativeFunc, Shared};
use serde::Serialize;

use crate::package::MANIFEST;

/// One function, method or property of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The group under which the reference lists it.
    #[serde(skip)]
    pub group: Group,
    /// Its name.
    pub name: &'static str,
    /// How it is called and what it gives.
    pub signature: &'static str,
    /// What it does, in a sentence or two.
    pub doc: &'static str,
    /// An expression that shows it, or a line of `plugin.toml`; run by a test.
    pub example: &'static str,
    /// What the example gives, as text.
    pub gives: &'static str,
    /// Whether the word came after API 1 was fixed: a script that was there before may have a
    /// function of its own of this name, which wins.
    pub is_added: bool,
}

impl Item {
    /// The same as a later word of the API.
    #[must_use]
    pub const fn added(self) -> Self {
        Self { is_added: true, ..self }
    }
}

/// A group of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say all")]
pub enum Group {
    Manifest,
    Context,
    Table,
    Frame,
    Expression,
    Aggregate,
    Column,
    Gaps,
    Absence,
    Waits,
    Measure,
    Windows,
    Calendar,
    Statistics,
    Estimate,
    Output,
    Chart,
}

impl Group {
    /// Every group, in the order of the reference.
    pub const ALL: [Self; 17] = [
        Self::Manifest,
        Self::Context,
        Self::Table,
        Self::Frame,
        Self::Expression,
        Self::Aggregate,
        Self::Column,
        Self::Gaps,
        Self::Absence,
        Self::Waits,
        Self::Measure,
        Self::Windows,
        Self::Calendar,
        Self::Statistics,
        Self::Estimate,
        Self::Output,
        Self::Chart,
    ];

    /// Something of this group.
    pub const fn item(
        self,
        name: &'static str,
        signature: &'static str,
        doc: &'static str,
        example: &'static str,
        gives: &'static str,
    ) -> Item {
        Item { group: self, name, signature, doc, example, gives, is_added: false }
    }

    /// The heading in the reference.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Manifest => MANIFEST,
            Self::Context => "Context",
            Self::Table => "Tables",
            Self::Frame => "Frames",
            Self::Expression => "Expressions",
            Self::Aggregate => "Aggregates",
            Self::Column => "Columns",
            Self::Gaps => "Gaps",
            Self::Absence => "Absence",
            Self::Waits => "Waits",
            Self::Measure => "Measures",
            Self::Windows => "Windows",
            Self::Calendar => "Calendar",
            Self::Statistics => "Statistics",
            Self::Estimate => "Estimates",
            Self::Output => "Output",
            Self::Chart => "Charts",
        }
    }
}

/// What a native function of the language gives.
pub type Answer<T> = Result<T, Box<EvalAltResult>>;

/// Registers functions and writes down what they are.
#[derive(Default)]
pub struct Registry {
    global: Module,
    stats: Module,
    items: Vec<Item>,
    types: Vec<(&'static str, &'static str)>,
    #[cfg(test)]
    natives: Vec<(&'static str, &'static str)>,
}

impl Registry {
    /// A function or a method.
    pub fn function<A, const N: usize, const X: bool, R, const F: bool>(
        &mut self,
        item: Item,
        function: impl RhaiNativeFunc<A, N, X, R, F> + Send + Sync + 'static,
    ) where
        A: 'static,
        R: Clone + Send + Sync + 'static,
    {
        self.overload(item.name, function);
        self.items.push(item);
    }

    /// The same function for other types of arguments. Where it is another thing than the item of
    /// its name says, it has one of its own, by [`Registry::field`].
    pub fn overload<A, const N: usize, const X: bool, R, const F: bool>(
        &mut self,
        name: &'static str,
        function: impl RhaiNativeFunc<A, N, X, R, F> + Send + Sync + 'static,
    ) where
        A: 'static,
        R: Clone + Send + Sync + 'static,
    {
        #[cfg(test)]
        self.natives.push((name, std::any::type_name::<A>()));
        rhai::FuncRegistration::new(name).set_into_module(&mut self.global, function);
    }

    /// A property.
    pub fn property<A, const X: bool, R, const F: bool>(
        &mut self,
        item: Item,
        getter: impl RhaiNativeFunc<A, 1, X, R, F> + Send + Sync + 'static,
    ) where
        A: 'static,
        R: Clone + Send + Sync + 'static,
    {
        rhai::FuncRegistration::new_getter(item.name).set_into_module(&mut self.global, getter);
        self.items.push(item);
    }

    /// What `object.name` and `object[name]` give where no property has that name.
    pub fn fields<A, const X: bool, R, const F: bool>(
        &mut self,
        getter: impl RhaiNativeFunc<A, 2, X, R, F> + Send + Sync + 'static,
    ) where
        A: 'static,
        R: Clone + Send + Sync + 'static,
    {
        rhai::FuncRegistration::new_index_getter().set_into_module(&mut self.global, getter);
    }

    /// What a loop over values of a type ends with.
    pub fn no_iteration<T: Clone + Send + Sync + 'static>(
        &mut self,
        why: fn(T) -> Box<EvalAltResult>,
    ) {
        self.global.set_iter_result(std::any::TypeId::of::<T>(), move |value: rhai::Dynamic| {
            Box::new(value.try_cast::<T>().map(why).map(Err).into_iter())
        });
    }

    /// A field that an indexer gives: written down alone.
    pub fn field(&mut self, item: Item) {
        self.items.push(item);
    }

    /// A function of `stats::`.
    pub fn statistic<A, const N: usize, const X: bool, R, const F: bool>(
        &mut self,
        item: Item,
        function: impl RhaiNativeFunc<A, N, X, R, F> + Send + Sync + 'static,
    ) where
        A: 'static,
        R: Clone + Send + Sync + 'static,
    {
        self.statistic_overload(item.name, function);
        self.items.push(item);
    }

    /// The same statistic with other arguments.
    pub fn statistic_overload<A, const N: usize, const X: bool, R, const F: bool>(
        &mut self,
        name: &'static str,
        function: impl RhaiNativeFunc<A, N, X, R, F> + Send + Sync + 'static,
    ) where
        A: 'static,
        R: Clone + Send + Sync + 'static,
    {
        #[cfg(test)]
        self.natives.push((name, std::any::type_name::<A>()));
        rhai::FuncRegistration::new(name).set_into_module(&mut self.stats, function);
    }

    /// The name by which messages call a type.
    pub fn name_type<T>(&mut self, name: &'static str) {
        self.types.push((std::any::type_name::<T>(), name));
    }

    /// The modules to give to an engine, and the table.
    pub fn finish(mut self) -> Api {
        self.global.build_index();
        self.stats.build_index();
        let (global, stats) = (self.global.into(), self.stats.into());
        Api {
            global,
            stats,
            items: self.items,
            types: self.types,
            #[cfg(test)]
            natives: self.natives,
        }
    }
}

/// Everything that a script can call.
pub struct Api {
    /// Functions and methods.
    pub global: Shared<Module>,
    /// The functions of `stats::`.
    pub stats: Shared<Module>,
    /// What they are.
    pub items: Vec<Item>,
    /// What messages call the types.
    pub types: Vec<(&'static str, &'static str)>,
    /// Each native function and method with the types of its arguments, so that a test sees them
    /// change whatever the items say.
    #[cfg(test)]
    pub natives: Vec<(&'static str, &'static str)>,
}

#[cfg(test)]
mod tests;
