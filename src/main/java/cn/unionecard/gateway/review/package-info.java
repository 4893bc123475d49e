/**
 * What members say of merchants.
 *
 * <p>Nouns: <i>review</i> (one for each purchase, by whoever holds its receipt or from its till;
 * stars and the three dimensions 品控, 服务, 售后), <i>edition</i> (what a review said: once, and once
 * otherwise), <i>voice</i> (one member at one merchant: his newest review).
 *
 * <p>A review and the decision it tips are one database transaction, in which the merchant's row is
 * locked first. Fails: a receipt that is not proved is not there (404); all else is a {@link
 * cn.unionecard.gateway.model.DeskRefusal}. Nothing is ever deleted; who bought never comes out.
 */
@NullMarked
package cn.unionecard.gateway.review;

import org.jspecify.annotations.NullMarked;
