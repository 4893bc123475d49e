/**
 * Partners: self-built platforms of unions, and platforms that sell for merchants, from their
 * application to live and to their end.
 *
 * <p>Nouns: <i>partner</i>, <i>step</i> (what one person did with it), <i>proposal</i> (what one
 * person asks for and another confirms), <i>terms</i> (scopes, rate, agreement), <i>program</i>
 * (the partner's machine, which proves a key and has an account that nobody signs in to),
 * <i>trial</i> (the program may show what it can, and nothing of it counts).
 *
 * <p>Takes applications and steps from staff and assertions from programs; gives tokens that name
 * the terms, which the edge holds programs to. What a program then does is the other rooms' trade.
 */
@NullMarked
package cn.unionecard.gateway.partner;

import org.jspecify.annotations.NullMarked;
