/**
 * The desk of money: days that close, what is owed to merchants, their statements, payments,
 * differences, hints.
 *
 * <p>Takes what the line recorded, by the views that tell it, and what staff, merchants and banks
 * say; gives entries, files and cases. Never changes a transaction, never moves money, and never
 * stops a sale.
 */
@NullMarked
package cn.unionecard.gateway.settlement;

import org.jspecify.annotations.NullMarked;
