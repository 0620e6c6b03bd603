//! Where the views stand. The only module that knows the tiling library; what is kept is our own
//! [`Layout`].

mod layout;
#[cfg(test)]
mod tests;
mod tiles;

use eframe::egui::{Id, Ui};
use egui_tiles::{Tile, TileId, Tree};
use sheaf_records::RecordId;

pub use layout::{Layout, Split, View};
pub use tiles::{Host, is_closable};

/// The views and where they stand.
#[derive(Debug)]
pub struct Dock {
    tree: Tree<View>,
}

impl Dock {
    /// The views in the places of a layout.
    pub fn new(layout: &Layout) -> Self {
        Self { tree: tiles::tree(layout) }
    }

    /// Draws every view in sight.
    pub fn show(&mut self, ui: &mut Ui, host: &mut dyn Host) {
        let mut behavior = tiles::Behavior { host };
        self.tree.ui(&mut behavior, ui);
    }

    /// Brings a view to the front; opens it beside the others if it is not there.
    pub fn open(&mut self, view: View) {
        if self.activate(view) {
            return;
        }
        let pane = self.tree.tiles.insert_pane(view);
        match self.front_tabs() {
            Some(tabs) => {
                self.tree.move_tile_to_container(pane, tabs, usize::MAX, false);
            }
            None => self.wrap(pane),
        }
        self.activate(view);
    }

    fn activate(&mut self, view: View) -> bool {
        let is_it = |tile: &Tile<View>| matches!(tile, Tile::Pane(pane) if *pane == view);
        self.tree.make_active(|_, tile| is_it(tile))
    }

    /// The group of tabs into which new views go: the first.
    fn front_tabs(&self) -> Option<TileId> {
        let active = self.tree.active_tiles();
        active.into_iter().find(|id| {
            matches!(
                self.tree.tiles.get(*id),
                Some(Tile::Container(egui_tiles::Container::Tabs(_)))
            )
        })
    }

    fn wrap(&mut self, pane: TileId) {
        let tabs = self.tree.tiles.insert_tab_tile(vec![pane]);
        let views = self.views();
        if views.len() <= 1 {
            self.tree = Tree::new(tree_id(), tabs, std::mem::take(&mut self.tree.tiles));
        }
    }

    /// Closes a view.
    pub fn close(&mut self, view: View) {
        let found = self.tree.tiles.iter().find_map(|(id, tile)| match tile {
            Tile::Pane(pane) if *pane == view => Some(*id),
            _ => None,
        });
        if let Some(id) = found {
            self.tree.remove_recursively(id);
        }
    }

    /// The view in front: the last one in sight.
    pub fn front(&self) -> Option<View> {
        let active = self.tree.active_tiles();
        active.into_iter().filter_map(|id| self.tree.tiles.get_pane(&id).copied()).next_back()
    }

    /// Every view that is open.
    pub fn views(&self) -> Vec<View> {
        self.tree.tiles.tiles().filter_map(pane).collect()
    }

    /// Every view in sight.
    pub fn in_sight(&self) -> Vec<View> {
        let active = self.tree.active_tiles();
        active.into_iter().filter_map(|id| self.tree.tiles.get_pane(&id).copied()).collect()
    }

    /// The pupils whose timeline is open.
    pub fn pupils(&self) -> Vec<RecordId> {
        let pupil = |view| if let View::Pupil(pupil) = view { Some(pupil) } else { None };
        self.views().into_iter().filter_map(pupil).collect()
    }

    /// Where the views stand, to be kept.
    pub fn layout(&self) -> Layout {
        tiles::layout(&self.tree)
    }
}

fn tree_id() -> Id {
    Id::unique("views")
}

const fn pane(tile: &Tile<View>) -> Option<View> {
    match tile {
        Tile::Pane(view) => Some(*view),
        Tile::Container(_) => None,
    }
}
