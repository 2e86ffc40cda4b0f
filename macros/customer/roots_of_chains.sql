{#-
  The end of every chain of references: member -> parent -> ... -> root. `edges` names a CTE with the columns
  member_id and parent_id, one parent a member, both existing and different. Gives member_id, root_id and
  is_in_cycle, one row a member. A chain that runs into a cycle has no end; the lowest id of the cycle stands
  for it. The path walked so far ends the recursion there.
-#}
{% macro roots_of_chains(edges) -%}
    with recursive walk as (

        select
            member_id,
            member_id as reached_id,
            concat(chr(31), member_id, chr(31)) as visited

        from {{ edges }}

        union all

        select
            walk.member_id,
            onward.parent_id as reached_id,
            concat(walk.visited, onward.parent_id, chr(31)) as visited

        from walk

        inner join {{ edges }} as onward
            on walk.reached_id = onward.member_id

        where position(concat(chr(31), onward.parent_id, chr(31)) in walk.visited) = 0

    ),

    steps as (

        select
            walk.member_id,
            walk.reached_id,
            onward.parent_id as next_id

        from walk

        left join {{ edges }} as onward
            on walk.reached_id = onward.member_id

    ),

    cycle_members as (

        select distinct member_id from steps where next_id = member_id

    )

    select
        steps.member_id,
        coalesce(
            max(case when steps.next_id is null then steps.reached_id end),
            min(cycle_members.member_id)
        ) as root_id,
        max(case when steps.next_id is null then steps.reached_id end) is null as is_in_cycle

    from steps

    left join cycle_members
        on steps.reached_id = cycle_members.member_id

    group by steps.member_id
{%- endmacro %}
