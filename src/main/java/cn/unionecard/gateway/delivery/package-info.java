/**
 * Carries the feed to where a union wants it: signed webhooks and Kafka topics.
 *
 * <p>Takes events from {@link cn.unionecard.gateway.feed.FeedReader}, keeps in tables how far each
 * subscription has come, tries again on a schedule, and gives up in the open: what could not be
 * delivered lies in a dead-letter table until it is sent again. Each merchant's events arrive in
 * their order, at least once. Never calls an address inside the house.
 */
@NullMarked
package cn.unionecard.gateway.delivery;

import org.jspecify.annotations.NullMarked;
