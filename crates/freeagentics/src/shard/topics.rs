//! Who on this shard is subscribed to which topic.
//!
//! Invariant: an agent that is gone is in no topic.

use std::collections::{BTreeSet, HashMap};

use crate::observe::TopicName;

use super::envelope::Target;

#[derive(Default)]
pub(crate) struct Topics {
    members: HashMap<TopicName, BTreeSet<Target>>,
    of_agent: HashMap<Target, Vec<TopicName>>,
}

impl std::hash::Hash for Target {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u64((u64::from(self.slot) << 32) | u64::from(self.tag));
    }
}

impl Topics {
    pub(crate) fn subscribe(&mut self, agent: Target, topic: &TopicName) {
        if self.members.entry(topic.clone()).or_default().insert(agent) {
            self.of_agent.entry(agent).or_default().push(topic.clone());
        }
    }

    pub(crate) fn unsubscribe(&mut self, agent: Target, topic: &str) {
        if let Some(members) = self.members.get_mut(topic) {
            members.remove(&agent);
            if members.is_empty() {
                self.members.remove(topic);
            }
        }
        if let Some(topics) = self.of_agent.get_mut(&agent) {
            topics.retain(|name| &**name != topic);
            if topics.is_empty() {
                self.of_agent.remove(&agent);
            }
        }
    }

    pub(crate) fn forget(&mut self, agent: Target) {
        if self.of_agent.is_empty() {
            return;
        }
        for topic in self.of_agent.remove(&agent).unwrap_or_default() {
            if let Some(members) = self.members.get_mut(&topic) {
                members.remove(&agent);
                if members.is_empty() {
                    self.members.remove(&topic);
                }
            }
        }
    }

    pub(crate) fn members(&self, topic: &str) -> Vec<Target> {
        self.members
            .get(topic)
            .map(|members| members.iter().copied().collect())
            .unwrap_or_default()
    }

    pub(crate) fn of(&self, agent: Target) -> std::slice::Iter<'_, TopicName> {
        self.of_agent
            .get(&agent)
            .map_or([].iter(), |topics| topics.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_that_is_gone_is_in_no_topic() {
        let mut topics = Topics::default();
        let [one, two] = [1, 2].map(|slot| Target { slot, tag: 0 });
        let name: TopicName = "news".into();
        topics.subscribe(one, &name);
        topics.subscribe(one, &name);
        topics.subscribe(two, &name);
        assert_eq!(topics.members("news"), [one, two]);
        topics.forget(one);
        assert_eq!(topics.members("news"), [two]);
        topics.unsubscribe(two, "news");
        assert!(topics.members("news").is_empty());
        assert_eq!(topics.of(two).count(), 0);
    }
}
