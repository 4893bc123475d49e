package cn.unionecard.workbench.demo;

import java.time.LocalDate;

/**
 * A campaign: a row of table {@code campaign} and its budget in table {@code allowance}.
 *
 * @param name the union's own
 * @param publicName what tills and slips show; does not tell who may use it
 * @param org who runs it
 * @param documentNo the number of the document that ordered it (文号); 演 marks a demo
 * @param starts the first day, from midnight in Asia/Shanghai
 * @param ends the day after the last
 * @param rule the rule's JSON
 * @param budgetFen what all discounts together may come to, fen
 */
record Campaign(
    int id,
    String code,
    String name,
    String publicName,
    int org,
    String documentNo,
    LocalDate starts,
    LocalDate ends,
    String rule,
    long budgetFen) {}
