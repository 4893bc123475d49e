package cn.unionecard.gateway.rules;

/** A code as it pays: the card and the 30-second step; pays once, for ever. */
public record CodeUse(long card, long step) {}
