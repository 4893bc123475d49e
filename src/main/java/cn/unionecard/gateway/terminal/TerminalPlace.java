package cn.unionecard.gateway.terminal;

/**
 * Where a terminal stands, as a cashier wants to see it above his till.
 *
 * @param terminal its id
 * @param status its own, such as {@code ACTIVE}
 * @param merchantNo number of the merchant
 * @param merchantName name of the merchant
 * @param merchantStatus the merchant's, such as {@code LIVE}
 */
public record TerminalPlace(
    String terminal,
    String status,
    String merchantNo,
    String merchantName,
    String merchantStatus) {}
