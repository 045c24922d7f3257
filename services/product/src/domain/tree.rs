//! The tree that categories stand in: what is above and below each, and where one may be put.
//!
//! It is small (at most [`Tree::MOST`]) and read whole. Categories are kept in the order of their slugs.

use std::collections::{BTreeMap, BTreeSet};

use shared_events::CategoryId;

use super::category::Category;

/// Why a category cannot stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no such parent.
    #[error("there is no such category")]
    NoParent,
    /// It would stand below itself.
    #[error("a category cannot stand below itself")]
    Cycle,
    /// Too many levels.
    #[error("categories stand in at most {} levels", Tree::DEEPEST)]
    TooDeep,
    /// Too many categories.
    #[error("there are at most {} categories", Tree::MOST)]
    TooMany,
}

/// All categories.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    by_slug: Vec<Category>,
    places: BTreeMap<CategoryId, usize>,
    children: BTreeMap<Option<CategoryId>, Vec<usize>>,
}

impl Tree {
    /// The most levels.
    pub const DEEPEST: usize = 6;
    /// The most categories.
    pub const MOST: usize = 2_000;

    /// The tree of these.
    #[must_use]
    pub fn new(mut categories: Vec<Category>) -> Self {
        categories.sort_by(|one, other| one.slug.cmp(&other.slug));
        let mut tree = Self::default();
        for (place, category) in categories.iter().enumerate() {
            tree.places.insert(category.id, place);
            let siblings = tree.children.entry(category.parent_id).or_default();
            siblings.push(place);
        }
        tree.by_slug = categories;
        tree
    }

    /// The same with a category added or replaced.
    #[must_use]
    pub fn with(&self, category: Category) -> Self {
        let others = self.by_slug.iter().filter(|it| it.id != category.id);
        Self::new(others.cloned().chain([category.clone()]).collect())
    }

    /// All of them, by slug.
    #[must_use]
    pub fn by_slug(&self) -> &[Category] {
        &self.by_slug
    }

    /// The category with this id.
    #[must_use]
    pub fn find(&self, id: CategoryId) -> Option<&Category> {
        self.places.get(&id).map(|place| &self.by_slug[*place])
    }

    /// The category with this slug.
    #[must_use]
    pub fn with_slug(&self, slug: &str) -> Option<&Category> {
        let place = self
            .by_slug
            .binary_search_by(|category| category.slug.as_str().cmp(slug));
        place.ok().map(|place| &self.by_slug[place])
    }

    /// Those directly below a category, or at the top.
    pub fn children(&self, parent: Option<CategoryId>) -> impl Iterator<Item = &Category> {
        let places = self.children.get(&parent).into_iter().flatten();
        places.map(|place| &self.by_slug[*place])
    }

    /// From the top down to the category itself.
    #[must_use]
    pub fn path(&self, id: CategoryId) -> Vec<&Category> {
        let mut path = Vec::new();
        let mut next = self.find(id);
        // The bound is for a tree that somebody has tied into a ring behind the service's back.
        while let Some(category) = next.filter(|_| path.len() < Self::DEEPEST) {
            path.push(category);
            next = category.parent_id.and_then(|parent| self.find(parent));
        }
        path.reverse();
        path
    }

    /// The category and everything below it.
    #[must_use]
    pub fn below(&self, id: CategoryId) -> BTreeSet<CategoryId> {
        let mut seen = BTreeSet::new();
        let mut level = vec![id];
        while let Some(next) = level.pop() {
            if seen.insert(next) {
                level.extend(self.children(Some(next)).map(|child| child.id));
            }
        }
        seen
    }

    /// Whether one more category can stand below `parent`.
    ///
    /// # Errors
    /// [`Error::NoParent`], [`Error::TooDeep`], [`Error::TooMany`].
    pub fn admits_new(&self, parent: Option<CategoryId>) -> Result<(), Error> {
        if self.by_slug.len() >= Self::MOST {
            return Err(Error::TooMany);
        }
        self.has_room(parent, 1)
    }

    /// Whether a category, with all that is below it, can be moved below `parent`.
    ///
    /// # Errors
    /// [`Error::NoParent`], [`Error::Cycle`], [`Error::TooDeep`].
    pub fn admits_move(&self, id: CategoryId, parent: Option<CategoryId>) -> Result<(), Error> {
        if parent.is_some_and(|parent| self.below(id).contains(&parent)) {
            return Err(Error::Cycle);
        }
        self.has_room(parent, self.height(id))
    }

    fn has_room(&self, parent: Option<CategoryId>, levels: usize) -> Result<(), Error> {
        let above = match parent {
            None => 0,
            Some(parent) => self
                .find(parent)
                .map(|parent| self.path(parent.id).len())
                .ok_or(Error::NoParent)?,
        };
        if above + levels > Self::DEEPEST {
            return Err(Error::TooDeep);
        }
        Ok(())
    }

    /// The levels from a category down, itself included.
    fn height(&self, id: CategoryId) -> usize {
        let depth = |id: &CategoryId| self.path(*id).len();
        let deepest = self.below(id).iter().map(depth).max().unwrap_or(1);
        (deepest + 1).saturating_sub(depth(&id)).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn category(slug: &str, parent: Option<&Category>) -> Category {
        Category {
            id: CategoryId::new(),
            slug: slug.parse().unwrap(),
            name: slug.to_uppercase(),
            description: String::new(),
            parent_id: parent.map(|parent| parent.id),
            version: 1,
        }
    }

    /// home > kitchen > pans, home > garden, books.
    fn shop() -> ([Category; 5], Tree) {
        let home = category("home", None);
        let kitchen = category("kitchen", Some(&home));
        let pans = category("pans", Some(&kitchen));
        let garden = category("garden", Some(&home));
        let books = category("books", None);
        let all = [home, kitchen, pans, garden, books];
        let tree = Tree::new(all.to_vec());
        (all, tree)
    }

    #[test]
    fn a_category_knows_what_is_above_and_below_it() {
        let ([home, kitchen, pans, garden, books], tree) = shop();
        let path: Vec<_> = tree.path(pans.id).iter().map(|it| it.id).collect();
        assert_eq!(path, [home.id, kitchen.id, pans.id]);
        let below = BTreeSet::from([home.id, kitchen.id, pans.id, garden.id]);
        assert_eq!(tree.below(home.id), below);
        let top: Vec<_> = tree.children(None).map(|it| it.id).collect();
        assert_eq!(top, [books.id, home.id]);
        assert_eq!(tree.with_slug("pans").map(|it| it.id), Some(pans.id));
        assert_eq!(tree.with_slug("toys"), None);
    }

    #[test]
    fn nothing_is_moved_below_itself() {
        let ([home, kitchen, pans, _, books], tree) = shop();
        for parent in [home.id, kitchen.id, pans.id] {
            let moved = tree.admits_move(home.id, Some(parent));
            assert_eq!(moved, Err(Error::Cycle));
        }
        assert_eq!(tree.admits_move(kitchen.id, Some(books.id)), Ok(()));
        assert_eq!(tree.admits_move(kitchen.id, None), Ok(()));
        let nowhere = Some(CategoryId::new());
        assert_eq!(tree.admits_move(kitchen.id, nowhere), Err(Error::NoParent));
        assert_eq!(tree.admits_new(nowhere), Err(Error::NoParent));
    }

    #[test]
    fn there_are_only_so_many_levels() {
        let mut chain: Vec<Category> = vec![category("level-0", None)];
        for level in 1..Tree::DEEPEST {
            let next = category(&format!("level-{level}"), chain.last());
            chain.push(next);
        }
        let tall = category("tall", None);
        let top = category("on-tall", Some(&tall));
        let all = chain.iter().chain([&tall, &top]).cloned().collect();
        let tree = Tree::new(all);
        let (above, last) = (&chain[Tree::DEEPEST - 2], &chain[Tree::DEEPEST - 1]);
        assert_eq!(tree.admits_new(Some(last.id)), Err(Error::TooDeep));
        assert_eq!(tree.admits_new(Some(above.id)), Ok(()));
        let moved = tree.admits_move(tall.id, Some(above.id));
        assert_eq!(moved, Err(Error::TooDeep));
        assert_eq!(tree.admits_move(top.id, Some(above.id)), Ok(()));
    }

    #[test]
    fn a_ring_that_somebody_tied_ends_no_less() {
        let (one, mut other) = (category("one", None), category("other", None));
        other.parent_id = Some(one.id);
        let mut ring = one.clone();
        ring.parent_id = Some(other.id);
        let tree = Tree::new(vec![ring, other]);
        assert_eq!(tree.path(one.id).len(), Tree::DEEPEST);
        assert_eq!(tree.below(one.id).len(), 2);
    }
}
