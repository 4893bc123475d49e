/**
 * What the rooms of the union desk have in common: how they offer their routes, and how they work.
 *
 * <p>A desk ({@link cn.unionecard.gateway.desk.Desk}) names its routes with the roles that may use
 * them; the edge in front of it proves the caller, limits and reads, and never knows the desk.
 * {@link cn.unionecard.gateway.desk.Office} gives each call one database transaction, in which the
 * caller's account is looked up anew and the audit is written last. Nothing here decides.
 */
@NullMarked
package cn.unionecard.gateway.desk;

import org.jspecify.annotations.NullMarked;
