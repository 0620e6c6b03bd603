//! Which rows of the scanned table, and so which records, stand behind each row of a frame.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use arrow::array::{Int32Array, UInt32Array};
use arrow::compute;

use crate::data::column::{get, typed};
use crate::data::records::{RowRecords, shared_rows};
use crate::error::AnalyticsError;
use crate::plan::execute::cells::Cells;

/// The rows behind each row of a frame.
#[derive(Clone)]
pub struct Behind {
    /// The record of each scanned row; none where rows are made from the calendar.
    pub records: Option<RowRecords>,
    /// The pupil of each scanned row; none where the table has no pupils.
    pub pupils: Option<Int32Array>,
    scanned: Scanned,
}

/// The record of each row, where rows of one record stand together.
pub struct Together<'a> {
    /// By code.
    pub records: Cow<'a, [i32]>,
    /// The rows whose record has others beside them, in order.
    pub shared: Cow<'a, [u32]>,
}

/// The scanned rows behind each row.
#[derive(Clone)]
enum Scanned {
    /// One each: these, or all of them in order.
    One(Option<UInt32Array>),
    /// Of groups that were counted elsewhere: only how many pupils stand behind each.
    Counted(Arc<Vec<u32>>),
    /// Several each.
    Many(Arc<Lists>),
    /// Those behind the rows of a frame before that fell into one group.
    Grouped(Arc<Grouped>),
}

/// Groups whose rows are listed once somebody asks for them: a count does not need them.
struct Grouped {
    groups: usize,
    cells: Arc<Cells>,
    places: Arc<Vec<u32>>,
    before: Behind,
    lists: OnceLock<Arc<Lists>>,
}

impl Grouped {
    fn lists(&self) -> &Arc<Lists> {
        self.lists.get_or_init(|| {
            let own = Lists::by_place(self.groups, self.cells.all(), &self.places);
            match self.before.scanned {
                Scanned::One(None) => Arc::new(own),
                _ => Arc::new(self.before.all_behind(own.iter())),
            }
        })
    }
}

/// Lists of row numbers, one after the other.
pub struct Lists {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Lists {
    /// Sorts numbers into so many lists; each comes with its list, and keeps its place among those
    /// of the same list.
    pub fn new(lists: usize, members: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0u32; lists + 1];
        let mut all = 0usize;
        for (_, list) in members.clone() {
            if let Some(start) = starts.get_mut(list as usize + 1) {
                *start += 1;
                all += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut rows = vec![0u32; all];
        for (row, list) in members {
            let Some(next) = next.get_mut(list as usize) else { continue };
            if let Some(slot) = rows.get_mut(*next as usize) {
                *slot = row;
            }
            *next += 1;
        }
        Self { starts, rows }
    }

    /// Rows by the place of their cell.
    pub fn by_place(lists: usize, cells: &[u32], places: &[u32]) -> Self {
        let place = |cell: &u32| places.get(*cell as usize).copied().unwrap_or(u32::MAX);
        Self::new(lists, (0u32..).zip(cells.iter().map(place)))
    }

    /// How many lists.
    pub const fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// All numbers, those of the first list first.
    pub fn all(&self) -> &[u32] {
        &self.rows
    }

    /// Where a list begins among all numbers; beyond the last list, where that ends.
    pub fn start(&self, list: usize) -> usize {
        self.starts.get(list).map_or(self.rows.len(), |start| *start as usize)
    }

    /// One list.
    pub fn of(&self, list: usize) -> &[u32] {
        let bound = |at: usize| self.starts.get(at).map_or(0, |start| *start as usize);
        self.rows.get(bound(list)..bound(list + 1)).unwrap_or_default()
    }

    /// Every list in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|list| self.of(list))
    }
}

impl Behind {
    /// Every scanned row stands behind itself.
    pub const fn scan(records: Option<RowRecords>, pupils: Option<Int32Array>) -> Self {
        Self { records, pupils, scanned: Scanned::One(None) }
    }

    /// Several records behind each row, as for rows that were worked out: row i has those from
    /// `starts[i]` to before `starts[i + 1]`.
    pub fn listed(records: Int32Array, pupils: Int32Array, starts: Vec<u32>) -> Self {
        let lists = Lists { starts, rows: (0..).take(records.len()).collect() };
        let scanned = Scanned::Many(Arc::new(lists));
        Self { records: Some(records.into()), pupils: Some(pupils), scanned }
    }

    /// Chosen rows of the scanned table stand behind themselves.
    pub fn rows(
        records: Option<RowRecords>,
        pupils: Option<Int32Array>,
        rows: UInt32Array,
    ) -> Self {
        Self { records, pupils, scanned: Scanned::One(Some(rows)) }
    }

    /// Groups that were counted elsewhere, with so many pupils behind each.
    pub fn counted(pupils: Vec<u32>) -> Self {
        let scanned = Scanned::Counted(Arc::new(pupils));
        Self { records: None, pupils: None, scanned }
    }

    /// Whether only counts are known of what stands behind the rows.
    pub const fn is_counted(&self) -> bool {
        matches!(self.scanned, Scanned::Counted(_))
    }

    /// How many pupils stand behind a row that was counted elsewhere; none for others.
    pub fn counted_pupils(&self, row: usize) -> Option<usize> {
        match &self.scanned {
            Scanned::Counted(pupils) => pupils.get(row).map(|pupils| *pupils as usize),
            _ => None,
        }
    }

    /// Gives each scanned row behind a row to `see`.
    pub fn each(&self, row: usize, see: &mut dyn FnMut(usize)) {
        let list = match &self.scanned {
            Scanned::Counted(_) => return,
            Scanned::One(None) => return see(row),
            Scanned::One(Some(rows)) => {
                return get(rows, row).into_iter().for_each(|scanned| see(scanned as usize));
            }
            Scanned::Many(lists) => lists.of(row),
            Scanned::Grouped(grouped) => grouped.lists().of(row),
        };
        list.iter().for_each(|scanned| see(*scanned as usize));
    }

    /// The record of each row, where each row is one scanned row and rows of one record still stand
    /// together, as they do in the tables.
    pub fn records_together(&self) -> Option<Together<'_>> {
        let records = self.records.as_ref()?;
        let codes = records.codes.values();
        match &self.scanned {
            Scanned::One(None) => {
                let shared = records.shared().into();
                Some(Together { records: (&codes[..]).into(), shared })
            }
            Scanned::One(Some(rows)) if rows.values().is_sorted() => {
                let record = |row: &u32| codes.get(*row as usize).copied().unwrap_or(-1);
                let records: Vec<i32> = rows.values().iter().map(record).collect();
                let shared = shared_rows(&records).into();
                Some(Together { records: records.into(), shared })
            }
            _ => None,
        }
    }

    /// The same for these rows of the frame alone, in that order.
    pub fn take(&self, chosen: &UInt32Array) -> Result<Self, AnalyticsError> {
        let scanned = match &self.scanned {
            Scanned::Counted(pupils) => {
                let count = |row: &u32| pupils.get(*row as usize).copied().unwrap_or_default();
                Scanned::Counted(Arc::new(chosen.values().iter().map(count).collect()))
            }
            Scanned::One(None) => Scanned::One(Some(chosen.clone())),
            Scanned::One(Some(rows)) => {
                let taken = compute::take(rows, chosen, None)
                    .map_err(|_| AnalyticsError::Overflow("a selection"))?;
                Scanned::One(Some(typed(&taken)?))
            }
            Scanned::Many(_) | Scanned::Grouped(_) => {
                return Ok(self.joined(chosen.values().iter().map(std::slice::from_ref)));
            }
        };
        Ok(Self { scanned, ..self.clone() })
    }

    /// The same for so many new rows, each of which is a group of these.
    pub fn grouped(&self, groups: usize, cells: &Arc<Cells>, places: &Arc<Vec<u32>>) -> Self {
        let (cells, places) = (Arc::clone(cells), Arc::clone(places));
        let (before, lists) = (self.clone(), OnceLock::new());
        let scanned = Grouped { groups, cells, places, before, lists };
        Self { scanned: Scanned::Grouped(Arc::new(scanned)), ..self.clone() }
    }

    /// The same for new rows, each of which joins some of these.
    pub fn joined<'r>(&self, rows: impl Iterator<Item = &'r [u32]>) -> Self {
        if let Scanned::Counted(pupils) = &self.scanned {
            // The same pupil may be behind several: no more are sure than behind the largest.
            let count = |row: &u32| pupils.get(*row as usize).copied();
            let most = |rows: &[u32]| rows.iter().filter_map(count).max().unwrap_or_default();
            return Self::counted(rows.map(most).collect());
        }
        let lists = self.all_behind(rows);
        Self { scanned: Scanned::Many(Arc::new(lists)), ..self.clone() }
    }

    fn all_behind<'r>(&self, lists: impl Iterator<Item = &'r [u32]>) -> Lists {
        let (mut starts, mut all) = (vec![0u32], Vec::new());
        for list in lists {
            for row in list {
                self.each(*row as usize, &mut |scanned| all.push(scanned as u32));
            }
            starts.push(all.len() as u32);
        }
        Lists { starts, rows: all }
    }

    /// Sees the pupils behind a row, by code; one may come more than once.
    pub fn each_pupil(&self, row: usize, see: &mut dyn FnMut(i32)) {
        if let Some(pupils) = &self.pupils {
            self.each(row, &mut |scanned| get(pupils, scanned).into_iter().for_each(&mut *see));
        }
    }

    /// Sees the records behind a row, by code; one may come more than once.
    pub fn each_record(&self, row: usize, see: &mut dyn FnMut(i32)) {
        if let Some(records) = &self.records {
            let records = &records.codes;
            self.each(row, &mut |scanned| get(records, scanned).into_iter().for_each(&mut *see));
        }
    }
}
