package cn.unionecard.gateway.rules;

/**
 * What does not change of a merchant from one sale to the next; its state is read in each block.
 *
 * @param no the merchant number, 15 digits
 * @param category one of 吃住行游购娱
 * @param authorisingOrg who supervises
 */
public record Merchant(int id, String no, String name, String category, int authorisingOrg) {}
