/**
 * What members say of merchants, and what follows from it.
 *
 * <p>Nouns: <i>review</i> (one for each purchase, by whoever holds its receipt or from its till;
 * stars and the three dimensions 品控, 服务, 售后), <i>edition</i> (what a review said: once, and once
 * otherwise), <i>voice</i> (one member at one merchant: his newest review), <i>policy</i> (what a
 * union makes follow; of all levels the tightest binds), <i>stage</i> (warn, rectify, suspend),
 * <i>decision</i> (a stage that was reached, with its evidence), <i>appeal</i>.
 *
 * <p>A review and the decision it tips are one database transaction, in which the merchant's row is
 * locked first. Fails: a receipt that is not proved is not there (404); all else is a {@link
 * cn.unionecard.gateway.model.DeskRefusal}. Nothing is ever deleted; who bought never comes out.
 *
 * <p>Complaints: a <i>complaint</i> goes to the union that answers for the merchant (its
 * <i>owner</i>), moves by <i>steps</i>, has clocks in <i>working days</i>, goes up one level when
 * one runs out. The <i>opener</i> holds a token, shown once and stored hashed. In the
 * <i>whistle-blowing lane</i> the owner is the lowest union above all that the tip is about, and
 * nobody else learns of it. A <i>ticket</i> carries problems up level by level, its answer comes
 * down to everyone merged into it. Never: a name or a free text in an event or a log.
 */
@NullMarked
package cn.unionecard.gateway.voice;

import org.jspecify.annotations.NullMarked;
