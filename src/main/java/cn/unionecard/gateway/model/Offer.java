package cn.unionecard.gateway.model;

/**
 * A benefit that an order can have, as a till may know of it: one that is open to every member.
 *
 * @param benefit the campaign's code, by which a till may name it
 * @param name the campaign's public name, Chinese
 * @param discount what it gives on this order, fen; more than zero
 */
public record Offer(String benefit, String name, Fen discount) {}
