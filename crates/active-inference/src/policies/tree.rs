//! The tree of policy prefixes: what two policies share is evaluated once.
//!
//! Invariant: nodes are in depth-first order, so one belief buffer per depth is enough: when a node is visited, the
//! buffer of the depth above holds its parent's belief.

/// One shared prefix: a state of the world some steps ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node {
    /// Index of the prefix one step shorter; `None` for a first step.
    pub(crate) parent: Option<u32>,
    /// Steps ahead, from 1.
    pub(crate) depth: u32,
    /// The first factor whose action differs from the node visited before under the same parent: the buffers of this
    /// depth already hold the beliefs of the factors in front of it.
    pub(crate) first_changed: u32,
}

/// Nodes in depth-first order and, for each policy, the node at its end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    /// Actions that lead into each node, one per factor.
    actions: Vec<u32>,
    leaves: Vec<u32>,
    factors: usize,
}

impl Tree {
    /// Builds the tree by sorting the policies: neighbours share the longest prefixes.
    pub(crate) fn new(factors: usize, actions: &[u32], starts: &[usize]) -> Self {
        let policies = starts.len() - 1;
        let of = |p: usize| &actions[starts[p]..starts[p + 1]];
        let mut order: Vec<usize> = (0..policies).collect();
        order.sort_by(|a, b| of(*a).cmp(of(*b)));
        let mut tree = Self {
            nodes: Vec::new(),
            actions: Vec::new(),
            leaves: vec![0; policies],
            factors,
        };
        let mut path: Vec<u32> = Vec::new();
        let mut previous: &[u32] = &[];
        for p in order {
            let policy = of(p);
            let steps = policy.len() / factors;
            let shared = policy
                .chunks(factors)
                .zip(previous.chunks(factors))
                .take_while(|(a, b)| a == b)
                .count();
            for step in shared..steps {
                let choice = &policy[step * factors..(step + 1) * factors];
                let sibling = path
                    .get(step)
                    .filter(|_| step == shared)
                    .map(|n| tree.actions_of(*n as usize));
                let first_changed = sibling.map_or(0, |before| {
                    before
                        .iter()
                        .zip(choice)
                        .take_while(|(a, b)| a == b)
                        .count() as u32
                });
                path.truncate(step);
                let parent = path.last().copied();
                path.push(tree.nodes.len() as u32);
                tree.nodes.push(Node {
                    parent,
                    depth: step as u32 + 1,
                    first_changed,
                });
                tree.actions.extend_from_slice(choice);
            }
            path.truncate(steps);
            if let Some(last) = path.last() {
                tree.leaves[p] = *last;
            }
            previous = policy;
        }
        tree
    }

    /// Nodes, depth first.
    #[inline(always)]
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Actions that lead into node `n`.
    #[inline(always)]
    pub(crate) fn actions_of(&self, n: usize) -> &[u32] {
        &self.actions[n * self.factors..(n + 1) * self.factors]
    }

    /// The last node of each policy.
    #[inline(always)]
    pub(crate) fn leaves(&self) -> &[u32] {
        &self.leaves
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn walking_up_from_a_leaf_spells_its_policy(
            policies in proptest::collection::vec(proptest::collection::vec((0u32..3, 0u32..2), 1..4), 1..20)
        ) {
            let mut actions = Vec::new();
            let mut starts = vec![0];
            for p in &policies {
                actions.extend(p.iter().flat_map(|(a, b)| [*a, *b]));
                starts.push(actions.len());
            }
            let tree = Tree::new(2, &actions, &starts);
            for (p, leaf) in tree.leaves().iter().enumerate() {
                let mut spelled = Vec::new();
                let mut at = Some(*leaf);
                while let Some(n) = at {
                    let n = n as usize;
                    spelled.splice(0..0, tree.actions_of(n).iter().copied());
                    at = tree.nodes()[n].parent;
                }
                prop_assert_eq!(&spelled, &actions[starts[p]..starts[p + 1]]);
            }
            // Depth-first: the buffer one depth up belongs to the parent, and skipped factors are really unchanged.
            let mut at_depth: Vec<Vec<u32>> = vec![Vec::new(); 5];
            let mut owner: Vec<Option<u32>> = vec![None; 5];
            for (n, node) in tree.nodes().iter().enumerate() {
                let d = node.depth as usize;
                prop_assert_eq!(if d == 1 { None } else { owner[d - 1] }, node.parent);
                let unchanged = node.first_changed as usize;
                prop_assert_eq!(&at_depth[d][..unchanged], &tree.actions_of(n)[..unchanged]);
                at_depth[d] = tree.actions_of(n).to_vec();
                owner[d] = Some(n as u32);
            }
        }
    }
}
